// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks through bytes eight at a time for the few that matter. */
final class ByteScan {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    /** Above CR, LF, NUL and tab, and below everything that text is made of. */
    private static final int CONTROLS = '\r' + 1;

    private static final int DELETE = 127;

    private ByteScan() {}

    /** Index of the first of the bytes from NUL to CR at or behind {@code from}; the length when there is none. */
    static int firstControl(byte[] bytes, int from) {
        int at = from;
        while (at <= bytes.length - Long.BYTES && !anyBelow(CONTROLS, (long) EIGHT.get(bytes, at))) {
            at += Long.BYTES;
        }
        while (at < bytes.length && (bytes[at] < 0 || bytes[at] >= CONTROLS)) {
            at++;
        }
        return at;
    }

    /** Index behind the first LF at or behind {@code from}; the length when there is none. */
    static int lineEnd(byte[] bytes, int from) {
        int at = firstControl(bytes, from);
        while (at < bytes.length && bytes[at] != '\n') {
            at = firstControl(bytes, at + 1);
        }
        return Math.min(at + 1, bytes.length);
    }

    /** Index of the first NUL; the length when there is none. */
    static int firstNul(byte[] bytes) {
        int at = 0;
        while (at <= bytes.length - Long.BYTES && !anyBelow(1, (long) EIGHT.get(bytes, at))) {
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return at;
    }

    /** Index of the first byte that is no printable ASCII, or an underscore, at or behind {@code from}; the length when there is none. */
    static int firstSpecial(byte[] bytes, int from) {
        int at = from;
        while (at <= bytes.length - Long.BYTES && !anySpecial((long) EIGHT.get(bytes, at))) {
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= ' ' && bytes[at] != DELETE && bytes[at] != '_') {
            at++;
        }
        return at;
    }

    static boolean isAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES && ((long) EIGHT.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at >= to;
    }

    private static boolean anyBelow(int limit, long eight) {
        return below(limit, eight) != 0;
    }

    private static boolean anySpecial(long eight) {
        long special = below(' ', eight)
                | below(1, eight ^ DELETE * ONES)
                | below(1, eight ^ '_' * ONES)
                | (eight & HIGH_BITS);
        return special != 0;
    }

    /**
     * Subtracting borrows into a high bit where a byte is smaller, and perhaps in bytes behind it; a byte of 128 and more is left out.
     */
    private static long below(int limit, long eight) {
        return (eight - limit * ONES) & ~eight & HIGH_BITS;
    }
}
