// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

/**
 * What receivers of the format {@link WebhookFormat#POSTAL} verify with.
 *
 * @param text SubjectPublicKeyInfo in base64
 * @param modulus as JSON Web Keys have it (RFC 7518 §6.3.1), as {@code exponent}
 * @param id as in the header {@code X-Postal-Signature-KID}
 */
public record PostalPublicKey(String text, String modulus, String exponent, String id) {}
