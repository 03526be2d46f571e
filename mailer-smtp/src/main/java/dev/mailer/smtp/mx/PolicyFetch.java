// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

/** Gets the text of a domain's MTA-STS policy. Thread-safe. */
@FunctionalInterface
public interface PolicyFetch {
    /** Blocks, but never beyond the deadline. */
    String fetch(String domain, Deadline deadline) throws PolicyException;
}
