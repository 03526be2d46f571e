// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsAnswerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n\r\nhelloXX",
                "content-length:5\n\nhello",
                "\r\nhello",
                "Transfer-Encoding: Chunked\r\n\r\n2;x=y\r\nhe\r\n3 \r\nllo\r\n0\r\n\r\n"
            })
    void a_body_ends_in_one_of_three_ways(String rest) throws Exception {
        HttpsAnswer answer = read("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n" + rest);

        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.isPlainText()).isTrue();
    }

    @Test
    void an_interim_answer_is_passed_over() throws Exception {
        assertThat(read("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404\r\n\r\n")
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, true",
        "TEXT/PLAIN ;charset=utf-8, true",
        "text/html, false",
        "text/plainly, false",
        "application/octet-stream, false"
    })
    void only_plain_text_is_plain_text(String type, boolean plain) throws Exception {
        assertThat(read("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: 0\r\n\r\n")
                        .isPlainText())
                .isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\nx",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"
            })
    void what_is_broken_is_refused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
    }

    @Test
    void what_is_long_is_refused() {
        String body = "x".repeat(HttpsAnswer.MAX_BODY + 1);

        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\n\r\n" + body)).hasMessageContaining("longer than 65536");
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\nX: " + body)).hasMessageContaining("longer than 32768");
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n"
                        + body.substring(0, 0x8000) + "\r\n8001\r\n" + body))
                .hasMessageContaining("longer than 65536");
    }

    private static HttpsAnswer read(String text) throws IOException {
        return HttpsAnswer.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
