// SPDX-License-Identifier: Apache-2.0
/** Mail over SMTP: the client transport, the DKIM signer, the submission server and the reading of bounces. */
@NullMarked
package dev.mailer.smtp;

import org.jspecify.annotations.NullMarked;
