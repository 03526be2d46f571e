// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

/** The two forms in which a header or a body is signed (RFC 6376 §3.4). */
enum Canonicalization {
    SIMPLE,
    RELAXED
}
