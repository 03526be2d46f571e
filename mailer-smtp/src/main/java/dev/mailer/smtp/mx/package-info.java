// SPDX-License-Identifier: Apache-2.0
/** The way to the servers of a domain: names, hosts and addresses, what TLS they must show, and how fast they take mail. */
@NullMarked
package dev.mailer.smtp.mx;

import org.jspecify.annotations.NullMarked;
