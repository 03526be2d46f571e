// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalizationTest {
    /** RFC 6376 §3.4.5. */
    private static final String EXAMPLE = "A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"04", "09", "11", "19", "20", "22", "25"})
    void gives_the_expected_octets(String number) {
        byte[] message = Corpus.bytes("canonicalization/email." + number);

        for (int block : new int[] {1, 2, 3, 7, 64, 100_000}) {
            assertThat(canonical(message, Canonicalization.RELAXED, LineEnds.AS_RECEIVED, block))
                    .isEqualTo(Corpus.text("canonicalization/relaxed.expected." + number));
            assertThat(canonical(message, Canonicalization.SIMPLE, LineEnds.AS_RECEIVED, block))
                    .isEqualTo(Corpus.text("canonicalization/simple.expected." + number));
        }
    }

    @Test
    void the_example_of_the_rfc() {
        assertThat(relaxed(EXAMPLE)).isEqualTo("a:X\r\nb:Y Z\r\n\r\n C\r\nD E\r\n");
        assertThat(simple(EXAMPLE)).isEqualTo("A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n");
    }

    /** Escapes: N is CRLF, S a blank, T a tab, L a bare LF, C a bare CR. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'', N, ''",
                "N, N, ''",
                "NNN, N, ''",
                "STN, STN, ''",
                "S, SN, ''",
                "a, aN, aN",
                "aNNN, aN, aN",
                "aSSNSN, aSSNSN, aN",
                "SSTa, SSTaN, SaN",
                "aTb, aTbN, aSbN",
                "NNaNNbN, NNaNNbN, NNaNNbN",
                "NSaN, NSaN, NSaN",
                "aNSNbSSN, aNSNbSSN, aNNbN",
                "aLb, aNbN, aNbN",
                "aNLb, aNNbN, aNNbN",
                "LLa, NNaN, NNaN",
            })
    void bodies_at_the_edges(String body, String simple, String relaxed) {
        for (LineEnds ends : LineEnds.values()) {
            assertThat(body(body, Canonicalization.SIMPLE, ends)).isEqualTo(expand(simple));
            assertThat(body(body, Canonicalization.RELAXED, ends)).isEqualTo(expand(relaxed));
        }
    }

    @ParameterizedTest
    @CsvSource({"aCb, aCbN, aNbN", "aC, aCN, aN", "aCCLb, aCNbN, aNNbN", "aSCSb, aSCSbN, aNSbN", "CCN, CCN, ''"})
    void a_bare_cr_is_content_where_it_was_received_and_a_line_end_where_it_is_sent(
            String body, String received, String sent) {
        assertThat(body(body, Canonicalization.RELAXED, LineEnds.AS_RECEIVED)).isEqualTo(expand(received));
        assertThat(body(body, Canonicalization.RELAXED, LineEnds.AS_SENT)).isEqualTo(expand(sent));
    }

    @Test
    void blocks_of_any_size_give_the_same() {
        Random random = new Random(6376);
        String alphabet = "aab  \t\r\n\r\n\u00e4\u0000";
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder("A: b\r\n\r\n");
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] message = text.toString().getBytes(ISO_8859_1);
            for (Canonicalization form : Canonicalization.values()) {
                for (LineEnds ends : LineEnds.values()) {
                    String whole = canonical(message, form, ends, message.length);
                    assertThat(canonical(message, form, ends, 1)).isEqualTo(whole);
                    assertThat(canonical(message, form, ends, 1 + random.nextInt(5)))
                            .isEqualTo(whole);
                    assertThat(canonical(whole.getBytes(ISO_8859_1), form, ends, 3))
                            .as("canonical already")
                            .isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void a_message_without_body_or_without_header() {
        assertThat(relaxed("A: b\r\n")).isEqualTo("a:b\r\n\r\n");
        assertThat(relaxed("A: b")).isEqualTo("a:b\r\n\r\n");
        assertThat(relaxed("\r\nbody")).isEqualTo("\r\nbody\r\n");
        assertThat(relaxed("")).isEqualTo("\r\n");
    }

    @Test
    void a_header_beyond_the_limit_is_refused() {
        MessageSplitter splitter =
                new MessageSplitter(LineEnds.AS_SENT, MessageSplitter.MAX_FOREIGN_HEADER, header -> new Recording());
        byte[] line = ("X: " + "x".repeat(1021)).getBytes(ISO_8859_1);

        assertThatThrownBy(() -> {
                    for (int i = 0; i <= MessageSplitter.MAX_FOREIGN_HEADER / line.length; i++) {
                        splitter.write(line);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("the header is longer than 1048576 octets");
    }

    @Test
    void a_body_is_not_bounded_and_long_runs_of_empty_lines_are_counted() throws IOException {
        long[] seen = new long[1];
        CanonicalBody body = new CanonicalBody(
                Canonicalization.RELAXED, LineEnds.AS_SENT, (octets, offset, count) -> seen[0] += count);
        byte[] lines = "\r\n".repeat(50_000).getBytes(ISO_8859_1);
        for (int i = 0; i < 20; i++) {
            body.update(lines, 0, lines.length);
        }
        assertThat(seen[0]).isZero();
        body.update(new byte[] {'x'}, 0, 1);
        body.finish();
        assertThat(seen[0]).isEqualTo(2_000_003);
    }

    private static String relaxed(String message) {
        return canonical(message.getBytes(ISO_8859_1), Canonicalization.RELAXED, LineEnds.AS_RECEIVED, 1000);
    }

    private static String simple(String message) {
        return canonical(message.getBytes(ISO_8859_1), Canonicalization.SIMPLE, LineEnds.AS_RECEIVED, 1000);
    }

    private static String body(String escaped, Canonicalization form, LineEnds ends) {
        Recording out = new Recording();
        CanonicalBody body = new CanonicalBody(form, ends, out);
        byte[] octets = expand(escaped).getBytes(ISO_8859_1);
        body.update(octets, 0, octets.length);
        body.finish();
        return out.text();
    }

    private static String expand(String escaped) {
        return escaped.replace("N", "\r\n")
                .replace('S', ' ')
                .replace('T', '\t')
                .replace('L', '\n')
                .replace('C', '\r');
    }

    private static String canonical(byte[] message, Canonicalization form, LineEnds ends, int block) {
        Recording out = new Recording();
        MessageSplitter splitter = new MessageSplitter(ends, MessageSplitter.MAX_FOREIGN_HEADER, header -> {
            for (HeaderField field : header.fields()) {
                field.canonical(form, out);
                out.take(new byte[] {'\r', '\n'}, 0, 2);
            }
            out.take(new byte[] {'\r', '\n'}, 0, 2);
            out.body = new CanonicalBody(form, ends, out);
            return out;
        });
        try {
            for (int at = 0; at < message.length; at += block) {
                splitter.write(message, at, Math.min(block, message.length - at));
            }
            splitter.finish();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.text();
    }

    private static final class Recording implements Octets, MessageSplitter.Body {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private CanonicalBody body = new CanonicalBody(Canonicalization.SIMPLE, LineEnds.AS_SENT, this);

        @Override
        public void take(byte[] octets, int offset, int count) {
            taken.write(octets, offset, count);
        }

        @Override
        public void update(byte[] octets, int from, int to) {
            body.update(octets, from, to);
        }

        @Override
        public void finish() {
            body.finish();
        }

        String text() {
            return taken.toString(ISO_8859_1);
        }
    }
}
