// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void of_copies_and_wrap_does_not() {
        byte[] array = {1, 2};
        Bytes copied = Bytes.of(array);
        Bytes wrapped = Bytes.wrap(array);

        array[0] = 9;

        assertThat(copied.toByteArray()).containsExactly(1, 2);
        assertThat(wrapped.unsafeArray()).isSameAs(array);
    }

    @Test
    void gives_copies_out() {
        Bytes bytes = Bytes.of(new byte[] {1, 2});

        bytes.toByteArray()[0] = 9;

        assertThat(bytes.toByteArray()).containsExactly(1, 2);
    }

    @Test
    void reads_as_stream_text_and_hex() throws IOException {
        Bytes bytes = Bytes.utf8("gr\u00FC\u00DF");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        bytes.writeTo(out);

        assertThat(out.toByteArray()).isEqualTo(bytes.toByteArray());
        assertThat(bytes.open().readAllBytes()).isEqualTo(bytes.toByteArray());
        assertThat(bytes.asUtf8()).isEqualTo("gr\u00FC\u00DF");
        assertThat(bytes.toHex()).isEqualTo("6772c3bcc39f");
        assertThat(bytes.length()).isEqualTo(6);
    }

    @Test
    void equals_by_value() {
        assertThat(Bytes.utf8("a")).isEqualTo(Bytes.of(new byte[] {'a'})).hasSameHashCodeAs(Bytes.utf8("a"));
        assertThat(Bytes.utf8("a"))
                .isNotEqualTo(Bytes.utf8("b"))
                .isNotEqualTo(Bytes.EMPTY)
                .isNotEqualTo("a");
        assertThat(Bytes.EMPTY).isEqualTo(Bytes.utf8(""));
    }

    @Test
    void prints_its_length_only() {
        assertThat(Bytes.utf8("secret")).hasToString("Bytes[6]");
    }
}
