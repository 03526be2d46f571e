// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

/** Where mail for a domain goes: a {@link MailRoute}, or nowhere with {@link NoRoute a reason}. */
public sealed interface MxVerdict permits MailRoute, NoRoute {}
