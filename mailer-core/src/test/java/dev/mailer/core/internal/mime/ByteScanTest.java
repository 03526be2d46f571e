// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteScanTest {
    @Test
    void finds_each_byte_value_at_each_place_as_a_plain_loop_does() {
        for (int value = 0; value < 256; value++) {
            for (int place = 0; place < 20; place++) {
                byte[] bytes = new byte[20];
                Arrays.fill(bytes, (byte) 'x');
                bytes[place] = (byte) value;

                assertThat(ByteScan.firstControl(bytes, 0))
                        .as("value %d at %d", value, place)
                        .isEqualTo(value <= '\r' ? place : 20);
                boolean special = value < ' ' || value >= 127 || value == '_';
                assertThat(ByteScan.firstSpecial(bytes, 0)).isEqualTo(special ? place : 20);
                assertThat(ByteScan.firstNul(bytes)).isEqualTo(value == 0 ? place : 20);
                assertThat(ByteScan.isAscii(bytes, 0, 20)).isEqualTo(value < 128);
                assertThat(ByteScan.lineEnd(bytes, 0)).isEqualTo(value == '\n' ? place + 1 : 20);
            }
        }
    }

    @Test
    void agrees_with_a_plain_loop_on_random_bytes() {
        Random random = new Random(42);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                int kind = random.nextInt(12);
                bytes[i] = (byte) (kind == 0 ? random.nextInt(32) : kind == 1 ? random.nextInt(256) : 'a' + kind);
            }
            int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);

            assertThat(ByteScan.firstControl(bytes, from)).isEqualTo(plainFirstControl(bytes, from));
            assertThat(ByteScan.firstSpecial(bytes, from)).isEqualTo(plainFirstSpecial(bytes, from));
            assertThat(ByteScan.lineEnd(bytes, from)).isEqualTo(plainLineEnd(bytes, from));
            assertThat(ByteScan.isAscii(bytes, from, bytes.length)).isEqualTo(plainIsAscii(bytes, from));
        }
    }

    @Test
    void looks_at_nothing_outside_its_bounds() {
        byte[] bytes = {-1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', -1};

        assertThat(ByteScan.isAscii(bytes, 1, 10)).isTrue();
        assertThat(ByteScan.isAscii(bytes, 1, 11)).isFalse();
        assertThat(ByteScan.firstControl(bytes, 11)).isEqualTo(11);
        assertThat(ByteScan.lineEnd(bytes, 11)).isEqualTo(11);
    }

    private static int plainFirstControl(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && (bytes[at] & 0xFF) > '\r') {
            at++;
        }
        return at;
    }

    private static int plainFirstSpecial(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] >= ' ' && bytes[at] != 127 && bytes[at] != '_') {
            at++;
        }
        return at;
    }

    private static int plainLineEnd(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return bytes.length;
    }

    private static boolean plainIsAscii(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
