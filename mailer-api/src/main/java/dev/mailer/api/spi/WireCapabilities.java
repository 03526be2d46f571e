// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

/**
 * What the next hop can carry. A message that needs more is down-converted where that is possible without loss (8-bit bodies
 * become quoted-printable or base64), and otherwise refused before the wire.
 *
 * @param eightBit the hop takes 8-bit bodies (RFC 6152)
 * @param smtpUtf8 the hop takes UTF-8 headers and addresses (RFC 6531)
 */
public record WireCapabilities(boolean eightBit, boolean smtpUtf8) {
    /** Plain RFC 5321: 7-bit only. */
    public static final WireCapabilities MINIMAL = new WireCapabilities(false, false);
    /** Everything. */
    public static final WireCapabilities FULL = new WireCapabilities(true, true);
}
