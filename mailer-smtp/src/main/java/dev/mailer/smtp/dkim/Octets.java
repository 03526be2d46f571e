// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

/** Takes octets, in order. The array is the giver's: what is to be kept must be copied. */
@FunctionalInterface
interface Octets {
    void take(byte[] octets, int offset, int count);
}
