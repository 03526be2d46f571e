// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Tells which addresses came before, by 64 bits of their hashes: at most 32 bytes an address, and among a million the chance that
 * any two are taken for one is one in thirty million. Not thread-safe.
 */
final class SeenAddresses {
    /** Zero is an empty place; a hash of zero is counted as one. */
    private long[] places = new long[1024];

    private int used;

    /** False when it came before. */
    boolean add(String key) {
        long hash = ByteBuffer.wrap(Hashes.sha256().digest(key.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        if (!put(places, hash == 0 ? 1 : hash)) {
            return false;
        }
        if (++used * 2 > places.length) {
            long[] larger = new long[places.length * 2];
            for (long place : places) {
                if (place != 0) {
                    put(larger, place);
                }
            }
            places = larger;
        }
        return true;
    }

    private static boolean put(long[] places, long hash) {
        int mask = places.length - 1;
        for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
            if (places[i] == hash) {
                return false;
            }
            if (places[i] == 0) {
                places[i] = hash;
                return true;
            }
        }
    }
}
