// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTextTest {
    @Test
    void a_mail_reads_as_text() {
        String html = """
                <html><head><title>Receipt</title><style>p{color:red}</style></head><body>
                <div style="display: none; max-height: 0">Preheader&zwnj;&nbsp;&zwnj;</div>
                <table><tr><td><img src="logo.png" alt="Shop"></td></tr></table>
                <h1>Your  order</h1>
                <p>Hello Jo &amp; Sam,<br>thank you for <b>all</b> of it. See
                <a href="https://shop.example/orders/4711">the order</a> or write to
                <a href="mailto:help@shop.example">help@shop.example</a>.</p>
                <table>
                <tr><th>Thing</th><th>Price</th></tr>
                <tr><td>Coffee</td><td> 9.90 </td></tr>
                <tr><td>Filters</td><td>2.20</td></tr>
                </table>
                <ul><li>one</li><li><p>two</p></li><li>three<ol><li>a</li><li>b</li></ol></li></ul>
                <blockquote><p>Said before.</p><p>And again.</p></blockquote>
                <hr><p><small>Shop Ltd.</small></p>
                <script>alert(1)</script></body></html>
                """;

        assertThat(MailHtml.text(html)).isEqualTo("""
                        Shop

                        Your order

                        Hello Jo & Sam,
                        thank you for all of it. See the order (https://shop.example/orders/4711) or
                        write to help@shop.example.

                        Thing  Price
                        Coffee  9.90
                        Filters  2.20

                        - one
                        - two
                        - three
                           1. a
                           2. b

                        > Said before.
                        >
                        > And again.

                        ---------------------------------------

                        Shop Ltd.
                        """);
    }

    @Test
    void lines_are_at_most_78_wide_and_addresses_are_not_broken() {
        String address = "https://example.com/" + "x".repeat(100);

        String text = MailHtml.text("<p>" + "word ".repeat(60) + "<a href=\"" + address + "\">link</a> end</p>");

        assertThat(text).contains("(" + address + ")").contains("end");
        assertThat(text.lines().filter(l -> !l.contains(address)))
                .allSatisfy(l -> assertThat(l.length()).isLessThanOrEqualTo(78));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a href=\"https://example.com/\">example.com</a>",
                "<a href=\"https://example.com\">https://example.com</a>",
                "<a href=\"mailto:example.com\">example.com</a>",
                "<a href=\"#top\">example.com</a>",
                "<a href=\"javascript:x()\">example.com</a>",
                "<a href=\"\">example.com</a>",
                "<a name=x>example.com</a>",
            })
    void an_address_that_says_nothing_more_is_not_repeated(String html) {
        assertThat(MailHtml.text(html)).doesNotContain("(").contains("example.com");
    }

    @Test
    void a_link_around_an_image_has_its_alt_or_its_address() {
        assertThat(MailHtml.text("<a href=\"https://a.example\"><img src=x alt=\"Buy now\"></a>"))
                .isEqualTo("Buy now (https://a.example)\n");
        assertThat(MailHtml.text("<a href=\"https://a.example\"><img src=x></a>"))
                .isEqualTo("https://a.example\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<div style='DISPLAY : NONE'>secret</div>",
                "<div style='color:red;display:none!important'>secret</div>",
                "<div style='mso-hide:all'>secret</div>",
                "<div hidden>secret</div>",
                "<style>.p{display:none}</style><div class=p>secret</div>",
                "<!-- secret -->",
                "<!--[if mso]>secret<![endif]-->",
                "<noscript>secret</noscript>",
            })
    void what_is_hidden_is_not_told(String html) {
        assertThat(MailHtml.finish(html + "<p>x</p>", true).text()).isEqualTo("x\n");
    }

    @Test
    void preformatted_text_keeps_its_lines() {
        assertThat(MailHtml.text("<p>a</p><pre>x  y\n  " + "z ".repeat(60) + "</pre>"))
                .isEqualTo("a\n\nx  y\n  " + "z ".repeat(59) + "z\n");
    }

    @Test
    void elements_within_preformatted_text_do_not_break_its_lines() {
        assertThat(MailHtml.text("<p>a</p><pre><code>x  y\nz</code></pre>b")).isEqualTo("a\n\nx  y\nz\n\nb\n");
        assertThat(MailHtml.text("<pre>\n<b>if</b>  (<i>x</i>)\r\n\n  <b>y</b>;\n</pre>z w"))
                .isEqualTo("if  (x)\n\n  y;\n\nz w\n");
        assertThat(MailHtml.text("<pre>see <a href=\"https://a.example/\">a  b</a>\nc</pre>"))
                .isEqualTo("see a  b (https://a.example/)\nc\n");
    }

    @Test
    void nesting_and_size_are_bounded() {
        String nested = MailHtml.text("<blockquote>".repeat(5_000) + "x");
        String long_ = MailHtml.text("<p>word word word word</p>".repeat(38_000));

        assertThat(nested).hasSizeLessThan(200);
        assertThat(long_).hasSizeLessThan(TextLines.MAX_TEXT + 100);
        assertThat(MailHtml.text("x".repeat(MailHtml.MAX_LENGTH + 1))).isNull();
        assertThat(MailHtml.finish("x".repeat(MailHtml.MAX_LENGTH + 1), true).notes())
                .hasSize(1);
    }

    @Test
    void layout_tables_become_paragraph_like_lines() {
        String cell = "<table><tr><td><p>%s</p></td></tr></table>";

        String text = MailHtml.text("<table><tr><td>" + String.format(cell, "a") + "</td><td>"
                + String.format(cell, "b") + "</td></tr></table>");

        assertThat(Arrays.asList(String.valueOf(text).split("\n"))).containsExactly("a", "", "b");
    }
}
