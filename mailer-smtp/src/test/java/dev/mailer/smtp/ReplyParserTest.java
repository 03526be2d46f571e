// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.SmtpReply;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyParserTest {
    private final ReplyParser parser = new ReplyParser();

    @Test
    void one_line_is_a_reply() throws WireException {
        assertThat(read("250 2.1.0 ok\r\n").smtp()).hasToString("SmtpReply[code=250, enhancedCode=2.1.0, text=ok]");
        assertThat(read("250\r\n").smtp()).hasToString("SmtpReply[code=250, enhancedCode=null, text=]");
        assertThat(read("250 \r\n").smtp()).hasToString("SmtpReply[code=250, enhancedCode=null, text=]");
    }

    @Test
    void lines_are_joined_without_their_codes() throws WireException {
        SmtpReply reply = read("550-5.7.1 not\r\n550-\r\n550-5.7.1  wanted\r\n550 5.7.1 here\r\n")
                .smtp();

        assertThat(reply.text()).isEqualTo("not wanted here");
        assertThat(reply.enhancedCode()).hasToString("5.7.1");
    }

    @Test
    void an_enhanced_code_of_another_class_is_text() throws WireException {
        SmtpReply reply = read("550 4.2.2 full\r\n").smtp();

        assertThat(reply.enhancedCode()).isNull();
        assertThat(reply.text()).isEqualTo("4.2.2 full");
    }

    @Test
    void a_reply_ends_where_it_ends() throws WireException {
        assertThat(accept("250-a\r\n")).isFalse();
        assertThat(parser.isMidReply()).isTrue();
        assertThat(accept("250 b\r\n")).isTrue();
        assertThat(parser.take().lines()).containsExactly("a", "b");
        assertThat(parser.isMidReply()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "hello\r\n",
                "25 ok\r\n",
                "25\r\n",
                "2500 ok\r\n",
                "250_ok\r\n",
                " 250 ok\r\n",
                "199 ok\r\n",
                "099 ok\r\n",
                "600 ok\r\n",
                "999 ok\r\n",
                "+50 ok\r\n",
                "250-a\r\n251 b\r\n",
                "250-a\r\nb\r\n",
                "250 a\n",
                "250 a\rb\r\n",
                "250 a\0\r\n",
                "\n"
            })
    void what_is_malformed_is_refused(String text) {
        assertThatThrownBy(() -> accept(text))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.reason()).isEqualTo("protocol-error"));
    }

    @Test
    void bounds_hold() throws WireException {
        String fits = "250 " + "x".repeat(ReplyParser.MAX_LINE - 6) + "\r\n";
        assertThat(read(fits).lines().get(0)).hasSize(ReplyParser.MAX_LINE - 6);

        assertThatThrownBy(() -> accept("250 " + "x".repeat(ReplyParser.MAX_LINE)))
                .hasMessage("a reply line is longer than 4096 octets");
    }

    @Test
    void continuation_does_not_go_on_for_ever() {
        assertThatThrownBy(() -> accept("250-x\r\n".repeat(101))).hasMessage("a reply has more than 100 lines");
    }

    @Test
    void the_whole_reply_is_bounded() {
        assertThatThrownBy(() -> accept(("250-" + "x".repeat(4_000) + "\r\n").repeat(17)))
                .hasMessage("a reply is longer than 65536 octets");
    }

    @Test
    void text_comes_out_printable() throws WireException {
        assertThat(bytes("250 gr\u00fc\u00dfe\r\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("gr\u00fc\u00dfe");
        assertThat(bytes("250 gr\u00fc\u00dfe\r\n".getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo("gr\u00fc\u00dfe");
        assertThat(bytes("250 a\u001b[2J\tb\u202ec\u2028d\u007f\r\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a?[2J b?c?d?");
    }

    @Test
    void random_octets_never_do_anything_but_reply_or_refuse() {
        Random random = new Random(11);
        String alphabet = "0123456789-- \r\n\r\n\0.xü2525";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "250" : "");
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            ReplyParser fresh = new ReplyParser();
            try {
                for (byte octet : text.toString().getBytes(StandardCharsets.ISO_8859_1)) {
                    if (fresh.accept(octet)) {
                        assertThat(fresh.take().code()).isBetween(200, 599);
                    }
                }
            } catch (WireException e) {
                assertThat(e.reason()).isEqualTo("protocol-error");
            }
        }
    }

    private String bytes(byte[] octets) throws WireException {
        for (byte octet : octets) {
            if (parser.accept(octet)) {
                return parser.take().lines().get(0);
            }
        }
        throw new AssertionError("incomplete");
    }

    private Reply read(String text) throws WireException {
        assertThat(accept(text)).isTrue();
        return parser.take();
    }

    private boolean accept(String text) throws WireException {
        boolean complete = false;
        for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
            complete = parser.accept(octet);
        }
        return complete;
    }
}
