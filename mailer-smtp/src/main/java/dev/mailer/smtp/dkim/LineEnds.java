// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

/** What ends a line beside CRLF. A bare LF always does: messages are kept so in files, and none leaves us so. */
enum LineEnds {
    /** A bare CR is content, as receivers take it. */
    AS_RECEIVED,
    /** A bare CR ends the line: the SMTP transport makes a CRLF of it, and the signature is over what it sends. */
    AS_SENT
}
