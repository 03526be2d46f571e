// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** Whatever a mail says, our own pages keep the elements and attributes they have with a mail that says "x". */
class EscapingTest {
    private static final List<String> VIEWS = List.of("text", "headers", "structure", "source", "html");

    @Test
    void naughty_strings_stay_text() throws IOException {
        check(Corpora.strings("naughty-strings.jsonl", "s"));
    }

    @Test
    void html_attacks_stay_text() throws IOException {
        check(Corpora.strings("html-sanitize.jsonl", "payload"));
    }

    @Test
    void one_function_escapes_all_that_html_knows() {
        assertThat(Html.escape("<a href=\"x\" b='y'>`&amp;"))
                .isEqualTo("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&#96;&amp;amp;");
        assertThat(Html.escape("a\0b\u202ec\ud800d\u0085e\uffffé😀")).isEqualTo("a�b�c�d�e�é😀");
    }

    private static void check(List<String> payloads) {
        assertThat(payloads).hasSizeGreaterThan(100);
        Mailbox plain = new Mailbox(1, 1 << 24);
        Mails.add(plain, mail("x"));
        List<List<String>> expected = shapes(plain, "x");
        for (String payload : payloads) {
            Mailbox mailbox = new Mailbox(1, 1 << 24);
            Mails.add(mailbox, mail(payload));

            assertThat(shapes(mailbox, payload)).as(payload).isEqualTo(expected);
        }
    }

    /** The payload in every place that a mail's sender fills. */
    private static Bytes mail(String payload) {
        String word = Mails.encodedWord("a" + payload + "z");
        String base64 = Base64.getEncoder().encodeToString(("a" + payload + "z").getBytes(StandardCharsets.UTF_8));
        return Mails.bytes("From: " + word + " <jo@example.org>\nTo: " + word + "\nCc: " + word + "\nReply-To: " + word
                + "\nSubject: " + word + "\nX-Payload: a" + payload.replaceAll("[\r\n]", " ")
                + "\nContent-Type: multipart/mixed; boundary=m\n\n"
                + "--m\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + base64
                + "\n--m\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\nContent-Disposition: inline\nContent-ID: <a"
                + payload.replaceAll("[\r\n]", " ") + "z>\n\n" + base64
                + "\n--m\nContent-Type: application/x\nContent-Disposition: attachment; filename=\"" + word
                + "\"\n\nx\n--m--\n");
    }

    private static List<List<String>> shapes(Mailbox mailbox, String payload) {
        MailboxEndpoint endpoint = Mails.endpoint(mailbox);
        List<List<String>> shapes = new ArrayList<>();
        shapes.add(shape(Mails.get(endpoint, "/")));
        shapes.add(shape(Mails.get(endpoint, "/", Map.of("q", "\u0001none" + payload))));
        shapes.add(shape(Mails.get(endpoint, "/nowhere" + payload.replace("/", ""))));
        for (String view : VIEWS) {
            Response page = Mails.get(endpoint, "/m/1", Map.of("view", view));
            shapes.add(shape(page));
            if (view.equals("html")) {
                assertThat(page.body().asUtf8()).contains("sandbox=\"" + Responses.SANDBOX + "\"");
            }
        }
        String policy = Mails.get(endpoint, "/m/1/html").headers().get("Content-Security-Policy");
        assertThat(policy).contains("default-src 'none'").contains("sandbox").doesNotContain("allow-scripts");
        return shapes;
    }

    /** Elements with their attributes' names, and the values of those attributes that can act. */
    private static List<String> shape(Response page) {
        List<String> shape = new ArrayList<>();
        Document document = Jsoup.parse(page.body().asUtf8());
        // whether there is a second line for a header, or a notice, depends on the words and not on their form
        document.select(".wire, .remote, .note").remove();
        for (Element element : document.getAllElements()) {
            StringBuilder line = new StringBuilder(element.normalName());
            for (Attribute attribute : element.attributes()) {
                line.append(' ').append(attribute.getKey());
                if (List.of("href", "src", "action", "style").contains(attribute.getKey())) {
                    line.append('=').append(attribute.getValue());
                }
            }
            shape.add(line.toString());
        }
        return shape;
    }
}
