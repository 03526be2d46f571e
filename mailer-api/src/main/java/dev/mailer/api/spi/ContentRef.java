// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

/** Content in the {@link ContentStore}: the SHA-256 of the plain bytes in hex, and their number. */
public record ContentRef(String digest, long size) {}
