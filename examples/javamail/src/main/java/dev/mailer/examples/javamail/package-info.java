// SPDX-License-Identifier: Apache-2.0
/** An application that knows JavaMailSender and nothing of Mailer. */
@NullMarked
package dev.mailer.examples.javamail;

import org.jspecify.annotations.NullMarked;
