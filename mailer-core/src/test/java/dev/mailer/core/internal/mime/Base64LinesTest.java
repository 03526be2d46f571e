// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Attachment;
import dev.mailer.api.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Base64LinesTest {
    @Test
    void every_length_around_lines_and_blocks_is_foretold_and_read_back() throws IOException {
        Random random = new Random(5);
        for (int around : new int[] {120, 8_208, 16_416}) {
            for (int length = around - 120; length < around + 120; length++) {
                byte[] content = new byte[length];
                random.nextBytes(content);

                String written = written(new Stuttering(Bytes.wrap(content), length));

                assertThat(written).isEqualTo(new String(Base64Lines.encode(content), US_ASCII));
                assertThat(Base64Lines.length(length)).isEqualTo(written.length());
                assertThat(written.split("\r\n")).allMatch(line -> line.length() <= 76);
                assertThat(Base64.getMimeDecoder().decode(written)).isEqualTo(content);
            }
        }
        assertThat(Base64Lines.length(25_000_000_000L)).isEqualTo(34_210_526_318L);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 'an attachment has at least 4 bytes where it should have 3; its content was changed'",
        "5, 'an attachment has 4 bytes where it should have 5; its content was changed'",
    })
    void a_file_that_is_not_as_long_as_it_says_is_refused(long said, String message) {
        assertThatThrownBy(() -> written(new Stuttering(Bytes.of(new byte[4]), said)))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    private static String written(Attachment.Source source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Base64Lines.write(Attachment.of("a", "a/b", source), out);
        return out.toString(US_ASCII);
    }

    /** Gives few bytes at a time, as sockets do. */
    private record Stuttering(Bytes content, long size) implements Attachment.Source {
        @Override
        public InputStream open() {
            return new FilterInputStream(content.open()) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    return super.read(buffer, offset, Math.min(length, 1_000));
                }
            };
        }
    }
}
