// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/** The header a recipient stands in; {@link #BCC} stands in none. */
public enum RecipientRole {
    TO,
    CC,
    BCC
}
