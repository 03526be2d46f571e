// SPDX-License-Identifier: Apache-2.0
/** Spring's JavaMailSender over the outbox. */
@NullMarked
package dev.mailer.spring.javamail;

import org.jspecify.annotations.NullMarked;
