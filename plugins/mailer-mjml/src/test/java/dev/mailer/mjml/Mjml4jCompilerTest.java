// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mjml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.mailer.api.spi.MjmlCompiler.InvalidMjmlException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Mjml4jCompilerTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Mjml4jCompiler compiler = new Mjml4jCompiler();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello | 1 | has no <mjml>; write <mjml><mj-body> around it",
                "<mjml><mj-body></mjml> | 1 | <mj-body> is not closed; write </mj-body>",
                "<mjml><mj-body> | 1 | <mj-body> is not closed; write </mj-body>",
                "<mjml></mjml></mj-body> | 1 | </mj-body> closes nothing",
                "<mjml><mj-text><div>x</mj-text></mjml> | 1 | <div> is not closed; write </div>",
                "<mjml><mj-text><p/></mj-text></mjml> | 1 | <p> is not closed; write </p>",
                "<mjml><mj-text a=\"></mj-text></mjml> | 1 | <mj-text> has no end; look for a missing > or quote",
                "<mjml><!-- x </mjml> | 1 | a comment is not closed; end it with -->",
                "<mjml><mj-text><mj-image/></mj-text></mjml> | 1 | mj-image stands in the mj-text of line 1, which holds HTML",
                "<mjml><mj-column><p>x</p></mj-column></mjml> | 1 | <p> stands in the mj-column of line 1, and HTML belongs into mj-text or mj-raw",
                "<mjml><mj-section><mj-column><br></mj-column></mj-section></mjml> | 1 | <br> stands in the mj-column of line 1, and HTML belongs into mj-text or mj-raw",
                "<mjml><mj-head><title>x</title></mj-head></mjml> | 1 | <title> stands in the mj-head of line 1, and HTML belongs into mj-text or mj-raw",
                "<p>x</p><mjml></mjml> | 1 | <p> stands outside of <mjml>, and HTML belongs into mj-text or mj-raw",
                "<mjml><mj-carousel/></mjml> | 1 | mj-carousel comes out differently each time, and a mail is the same on every attempt; leave it out",
                "<mjml><mj-navbar hamburger=\"hamburger\"/></mjml> | 1 | hamburger of mj-navbar comes out differently each time, and a mail is the same on every attempt; leave it out",
                "<mjml><mj-style inline=\"inline\">a{}</mj-style></mjml> | 1 | mj-style with inline is lost; leave inline out, all styles are inlined where they can be",
                "<mjml><mj-body width=\"wide\"><mj-section><mj-column/></mj-section></mj-body></mjml> | 0 | cannot be laid out; a width, height, padding or border is no number of px or % (empty String)",
            })
    void what_would_be_a_broken_mail_is_refused(String document, int line, String message) {
        assertThatExceptionOfType(InvalidMjmlException.class)
                .isThrownBy(() -> compiler.toHtml(document, null))
                .withMessage(message)
                .satisfies(e -> assertThat(e.line()).isEqualTo(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<mj-navbar hamburger =\"hamburger\"/>",
                "<mj-navbar\nHAMBURGER='hamburger'/>",
                "<mj-navbar base-url=\"/\"hamburger=hamburger />",
                "<mj-navbar/hamburger=\"hamburger\"/>",
                "<mj-attributes><mj-class name=\"x\" hamburger=\"hamburger\"/></mj-attributes>",
                "<mj-attributes><mj-all hamburger=\"hamburger\"/></mj-attributes>",
            })
    void a_hamburger_is_found_however_it_is_written(String element) {
        assertThatExceptionOfType(InvalidMjmlException.class)
                .isThrownBy(() -> compiler.toHtml("<mjml>" + element + "</mjml>", null))
                .withMessageStartingWith("hamburger of mj-navbar comes out differently each time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INLINE=\"inline\"", "inline = 'inline'", "css-class=\"x\"inline=inline"})
    void an_inline_style_is_found_however_it_is_written(String attribute) {
        assertThatExceptionOfType(InvalidMjmlException.class)
                .isThrownBy(() -> compiler.toHtml("<mjml><mj-style " + attribute + ">a{}</mj-style></mjml>", null))
                .withMessageStartingWith("mj-style with inline is lost");
    }

    @Test
    void what_only_looks_like_an_attribute_is_none() throws InvalidMjmlException {
        String html = compiler.toHtml("""
                <mjml><mj-head><mj-style css-class=" inline=">a{}</mj-style></mj-head><mj-body><mj-section><mj-column>
                <mj-navbar base-url="https://x.example/? hamburger=1"><mj-navbar-link href='?hamburger="1"'>n</mj-navbar-link>
                </mj-navbar></mj-column></mj-section></mj-body></mjml>
                """, null);

        assertThat(html).contains("hamburger=1");
    }

    /** As HTML has it: the slash belongs to the value. */
    @Test
    void a_value_without_quotes_may_end_in_a_slash() throws InvalidMjmlException {
        assertThatExceptionOfType(InvalidMjmlException.class)
                .isThrownBy(() -> compiler.toHtml(
                        "<mjml><mj-body><mj-image src=https://x.example/a.png/><mj-text>x</mj-text></mj-body></mjml>",
                        null))
                .withMessage("<mj-image> is not closed; write </mj-image>");
        assertThat(compiler.toHtml(
                        "<mjml><mj-body><mj-section><mj-column><mj-image src=https://x.example/a.png /><mj-divider/>"
                                + "<mj-image src=\"b\"/><mj-image src='c' fluid-on-mobile/><mj-image src=https://x.example/d/>"
                                + "</mj-image></mj-column></mj-section></mj-body></mjml>",
                        null))
                .contains("a.png\"", "\"b\"", "\"c\"", "/d/\"");
    }

    @Test
    void what_html_forgives_is_forgiven() throws InvalidMjmlException {
        String html = compiler.toHtml("""
                <!-- a comment with <mj-nothing> -->
                <mjml><mj-head><mj-attributes><mj-all font-family="Arial" /><mj-class name="x" color="red" /></mj-attributes>
                <mj-html-attributes><mj-selector path=".y"><mj-html-attribute name="data-y">1</mj-html-attribute></mj-selector>
                </mj-html-attributes></mj-head>
                <mj-body><mj-raw><!--[if mso]><table><![endif]--><br></mj-raw><mj-section><mj-column>
                <mj-text mj-class="x"><b><i>1 < 2 &amp; 3</b></i></em> <img src='a>b'><o:p/></mj-text>
                <mj-table><tr><td>x</td></tr></mj-table><mj-divider /><mj-spacer height="20px" />
                <mj-social><mj-social-element name="github" href="#">us</mj-social-element></mj-social>
                <mj-accordion><mj-accordion-element><mj-accordion-title>t</mj-accordion-title>
                <mj-accordion-text>x</mj-accordion-text></mj-accordion-element></mj-accordion>
                </mj-column></mj-section><mj-hero><mj-text css-class="y">hero</mj-text></mj-hero>
                <mj-navbar><mj-navbar-link href="#">n</mj-navbar-link></mj-navbar></mj-body></mjml>
                """, null);

        assertThat(html).contains("1 < 2 &amp; 3", "color:red", "data-y=\"1\"", "hero", "<td>x</td>");
    }

    @Test
    void documents_are_bounded() {
        refused("x".repeat(MjmlReader.MAX_LENGTH), "has 262243 characters with all values in it; the limit is 262144");
        refused("</mj-text><mj-text>".repeat(3_100), "has more than 3000 elements of MJML");
        refused("<div>".repeat(300), "nests deeper than 200 elements");
        refused(
                "font-family:".repeat(200) + "x".repeat(200_000),
                "has too much text behind font-family: without an end; say fonts in mj-attributes");
        refused(
                "font-family:\"".repeat(200) + "x".repeat(200_000),
                "has too much text behind font-family: without an end; say fonts in mj-attributes");
    }

    /** The most that is taken of what costs most. */
    @Test
    void the_worst_that_is_taken_ends() {
        compiled("x".repeat(MjmlReader.MAX_LENGTH - 200));
        compiled("font-family:".repeat(9) + "x".repeat(100_000));
        compiled(" ".repeat(200_000));
        compiled("&lt;!--[if mso | IE]&gt; ".repeat(9_000));
        compiled("</mj-text></mj-column>" + "<mj-column></mj-column>".repeat(2_900) + "<mj-column><mj-text>");
        compiled("</mj-text></mj-column></mj-section>" + "<mj-section></mj-section>".repeat(2_900)
                + "<mj-section><mj-column><mj-text>");
        compiled("<b>".repeat(190) + "</b>".repeat(190));
    }

    private void compiled(String text) {
        assertThat(assertTimeoutPreemptively(LONG, () -> compiler.toHtml(around(text), null)))
                .isNotEmpty();
    }

    private void refused(String text, String message) {
        assertThatExceptionOfType(InvalidMjmlException.class)
                .isThrownBy(() -> compiler.toHtml(around(text), null))
                .withMessage(message);
    }

    private static String around(String text) {
        return "<mjml><mj-body><mj-section><mj-column><mj-text>" + text
                + "</mj-text></mj-column></mj-section></mj-body></mjml>";
    }
}
