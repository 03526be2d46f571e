// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

/** A point in a session at which a {@link ScriptedSmtpServer} speaks. */
public enum Stage {
    GREETING,
    /** EHLO before TLS, or in a session that is TLS from the start. */
    EHLO,
    HELO,
    STARTTLS,
    /** EHLO behind STARTTLS. */
    EHLO_AFTER_TLS,
    /** Each question of the server within AUTH. */
    AUTH_CHALLENGE,
    /** The reply that ends AUTH. */
    AUTH,
    MAIL_FROM,
    RCPT_TO,
    DATA,
    /** Behind the 354, before the content is read. */
    CONTENT,
    /** Amid the content, when its first 64 kB have been read; not reached by a smaller one. */
    MID_CONTENT,
    /** Behind each chunk of content (BDAT) but the last. */
    CHUNK,
    /** Behind the final dot or the last chunk; with LMTP for each recipient in turn. */
    FINAL_REPLY,
    RSET,
    QUIT
}
