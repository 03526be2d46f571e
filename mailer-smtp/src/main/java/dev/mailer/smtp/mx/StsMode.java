// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

/** What a policy wants of those who send (RFC 8461 §5). */
public enum StsMode {
    /** Nothing: there is no policy, or one that takes an earlier one back. */
    NONE,
    /** Mail is sent whatever happens; what would have failed is reported. */
    TESTING,
    /** No mail but to a host that the policy names, over TLS, with a certificate that verifies. */
    ENFORCE
}
