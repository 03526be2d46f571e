// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds CR and LF eight octets at a time: a body is mostly neither, and each octet of it passes here. Stateless. */
final class LineEnds {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long CR = '\r' * ONES;
    private static final long LF = '\n' * ONES;

    private LineEnds() {}

    /** The first of them at or behind {@code from}; {@code to} where there is none before it. */
    static int next(byte[] octets, int from, int to) {
        int i = from;
        while (i <= to - Long.BYTES) {
            long word = (long) WORDS.get(octets, i);
            long found = zeros(word ^ CR) | zeros(word ^ LF);
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
            i += Long.BYTES;
        }
        while (i < to && octets[i] != '\r' && octets[i] != '\n') {
            i++;
        }
        return i;
    }

    /** The high bit of the lowest octet that is zero, and none below it. */
    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGH;
    }
}
