// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineEndsTest {
    /** Those that differ in one bit from CR and LF, and what borrows over an octet's edge, are where such arithmetic goes wrong. */
    private static final byte[] NEAR = {
        '\r', '\n', 9, 11, 12, 14, 8, 2, 0, 1, (byte) 0x8d, (byte) 0x8a, (byte) 0xff, 0x7f, 'a'
    };

    @Test
    void findsWhatALookAtEachOctetFinds() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = new byte[random.nextInt(40)];
            for (int i = 0; i < octets.length; i++) {
                octets[i] = random.nextInt(4) == 0 ? NEAR[random.nextInt(NEAR.length)] : (byte) 'x';
            }
            int from = random.nextInt(octets.length + 1);
            int to = from + random.nextInt(octets.length - from + 1);
            assertThat(LineEnds.next(octets, from, to)).isEqualTo(oneByOne(octets, from, to));
        }
    }

    private static int oneByOne(byte[] octets, int from, int to) {
        int i = from;
        while (i < to && octets[i] != '\r' && octets[i] != '\n') {
            i++;
        }
        return i;
    }
}
