// SPDX-License-Identifier: Apache-2.0
/** What a domain publishes about its mail, what is wrong with it, and the DNS records that mend it. */
@NullMarked
package dev.mailer.smtp.domain;

import org.jspecify.annotations.NullMarked;
