// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An immutable run of bytes with value equality. */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** Copies the array. */
    public static Bytes of(byte[] value) {
        return new Bytes(value.clone());
    }

    /** Takes the array over without a copy; the caller must not change it any more. */
    public static Bytes wrap(byte[] value) {
        return new Bytes(value);
    }

    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return value.length;
    }

    /** A copy. */
    public byte[] toByteArray() {
        return value.clone();
    }

    /** The array itself, for a database driver or cipher that only reads it; must not be changed. */
    public byte[] unsafeArray() {
        return value;
    }

    public InputStream open() {
        return new ByteArrayInputStream(value);
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(value);
    }

    public String asUtf8() {
        return new String(value, StandardCharsets.UTF_8);
    }

    public String toHex() {
        return HexFormat.of().formatHex(value);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Bytes b && Arrays.equals(value, b.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** The length only. */
    @Override
    public String toString() {
        return "Bytes[" + value.length + "]";
    }
}
