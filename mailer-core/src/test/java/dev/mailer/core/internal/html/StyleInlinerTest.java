// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StyleInlinerTest {
    @Test
    void rules_become_attributes_and_all_else_keeps_its_bytes() {
        String html = """
                <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">
                <html>
                <head><meta charset=utf-8>
                <style>
                p { color: red }
                </style>
                <!--[if mso]><style>p { color: blue }</style><![endif]-->
                </head>
                <BODY>
                <!--[if mso]><table><tr><td><![endif]-->
                <P Class=a>caf&eacute;&nbsp;<br/>&copy 1 < 2</P>
                <!--[if mso]></td></tr></table><![endif]-->
                <![if !mso]><p>x<![endif]>
                </BODY>
                """;

        assertThat(inlined(html))
                .isEqualTo(html.replace("<style>\np { color: red }\n</style>", "")
                        .replace("<P Class", "<P style=\"color: red\" Class")
                        .replace("<p>x", "<p style=\"color: red\">x"));
    }

    @Test
    void specificity_decides_then_order() {
        assertThat(attribute("#i{color:a} .c{color:b} p{color:c}", "<p id=i class=c>"))
                .isEqualTo("color: a");
        assertThat(attribute("p.c{color:a} .c{color:b}", "<p class=c>")).isEqualTo("color: a");
        assertThat(attribute(".c{color:a} .d{color:b}", "<p class='d c'>")).isEqualTo("color: b");
        assertThat(attribute("body p{color:a} p{color:b}", "<p>")).isEqualTo("color: a");
        assertThat(attribute("p[class]{color:a} p{color:b}", "<p class>")).isEqualTo("color: a");
        assertThat(attribute("*{color:a} p{color:b}", "<p>")).isEqualTo("color: b");
    }

    @Test
    void important_rules_and_attributes_win_as_css_says() {
        assertThat(attribute("p{color:a !important} #i{color:b}", "<p id=i>")).isEqualTo("color: a");
        assertThat(attribute("p{color:a}", "<p style='color:b'>")).isEqualTo("color: b");
        assertThat(attribute("p{color:a!important}", "<p style='color:b'>")).isEqualTo("color: a");
        assertThat(attribute("p{color:a ! IMPORTANT}", "<p style='color:b!important'>"))
                .isEqualTo("color: b !important");
    }

    @Test
    void shorthands_stand_where_they_decide() {
        assertThat(attribute("p{margin-top:1px} .c{margin:0}", "<p class=c>")).isEqualTo("margin-top: 1px; margin: 0");
        assertThat(attribute("p{margin:0;color:a} .c{margin-top:1px}", "<p class=c style='margin:2px'>"))
                .isEqualTo("color: a; margin-top: 1px; margin: 2px");
    }

    @Test
    void values_for_old_programs_stay_beside_those_for_new_ones() {
        assertThat(attribute("p{background:red;background:linear-gradient(red, blue)}", "<p>"))
                .isEqualTo("background: red; background: linear-gradient(red, blue)");
        assertThat(attribute("p{background:red;background:blue} .c{background:green}", "<p class=c>"))
                .isEqualTo("background: green");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "p|yes",
                "P|yes",
                "*|yes",
                ".c|yes",
                ".C|no",
                "#i|yes",
                "p.c.d#i|yes",
                "div p|yes",
                "div > p|yes",
                "body > p|no",
                "body p|yes",
                "h1 + p|yes",
                "h1 ~ p|yes",
                "p + p|no",
                "div>h1~p|yes",
                "[title]|yes",
                "p[title=one two]|no",
                "p[title=\"one two\"]|yes",
                "p[title='one two']|yes",
                "p[title~=two]|yes",
                "p[title~=tw]|no",
                "p[title^=one]|yes",
                "p[title$=two]|yes",
                "p[title*='e t']|yes",
                "p[lang|=de]|yes",
                "p[lang|=d]|no",
                "p[missing]|no",
                "span|no",
                "span, p|yes",
                "div /* */ p|yes",
                "p:hover|no",
                "p::before|no",
                "p:first-child|no",
                "p\\:x|no",
                "p..c|no",
                "p >|no",
                "> p|no",
                "|no",
            })
    void selectors_match_as_css_says(String selector, String matches) {
        String html = "<style>" + (selector == null ? "" : selector) + "{color:red}</style>"
                + "<div><h1>x</h1><p id=i class=\"c d\" title=\"one two\" lang=de-AT>y</p></div>";

        assertThat(inlined(html).contains("style=\"color: red\"")).as(selector).isEqualTo(matches.equals("yes"));
    }

    @Test
    void what_cannot_be_inlined_stays_in_the_style_element() {
        String css = """
                @import url("a;b.css");
                @media (max-width: 600px) { p { color: blue !important } .x { margin: 0 } }
                @font-face { font-family: "A}"; src: url(data:font/woff;base64,AA==) }
                a, a:hover { color: red }
                p { color: green }
                #outlook a { padding: 0 }
                """;

        assertThat(inlined("<head><style type=\"text/css\">" + css + "</style></head><p>x</p><a href=x>y</a>"))
                .isEqualTo("<head><style type=\"text/css\">"
                        + """
                        @import url("a;b.css");
                        @media (max-width: 600px) { p { color: blue !important } .x { margin: 0 } }
                        @font-face { font-family: "A}"; src: url(data:font/woff;base64,AA==) }
                        a:hover { color: red }
                        #outlook a { padding: 0 }"""
                        + "</style></head><p style=\"color: green\">x</p><a style=\"color: red\" href=x>y</a>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<style data-inline=\"false\">p{color:red}</style><p>",
                "<style media=print>p{color:red}</style><p>",
                "<style media='(max-width: 600px)'>p{color:red}</style><p>",
                "<style type=text/less>p{color:red}</style><p>",
                "<style>@media screen{p{color:red}}</style><p>",
                "<style>p{color:red; &:hover{color:blue}}</style><p>",
                "<style>p{color:red",
                "<p>no style here</p>",
                "<title><style>p{color:red}</style></title><p>",
                "<!-- <style>p{color:red}</style> --><p>",
            })
    void some_styles_are_left_alone(String html) {
        assertThat(inlined(html)).isEqualTo(html);
    }

    @Test
    void existing_attributes_are_replaced_however_they_are_written() {
        for (String written :
                List.of("style=\"margin:0\"", "style='margin:0'", "STYLE=margin:0", "style = \"margin:0\"")) {
            assertThat(inlined("<style>p{color:red}</style><p id=a " + written + " class=b>x</p>"))
                    .isEqualTo("<p id=a style=\"color: red; margin: 0\" class=b>x</p>");
        }
        assertThat(inlined("<style>p{color:red}</style><p style>x</p><p style=''>y</p><p id=a style = >z"))
                .isEqualTo("<p style=\"color: red\">x</p><p style=\"color: red\">y</p>"
                        + "<p id=a style=\"color: red\" >z");
    }

    @Test
    void quotes_and_ampersands_are_written_for_an_attribute() {
        assertThat(attribute("p{font-family:\"A & B\", 'C'}", "<p>"))
                .isEqualTo("font-family: &quot;A &amp; B&quot;, 'C'");
        assertThat(attribute("p{color:red}", "<p style=\"font-family:&quot;x&quot;\">"))
                .isEqualTo("color: red; font-family: &quot;x&quot;");
    }

    @Test
    void elements_that_the_source_does_not_have_keep_their_rules() {
        assertThat(inlined("<style>body{color:red} tbody{margin:0}</style><table><tr><td>x</td></tr></table>"))
                .isEqualTo("<style>body{color:red}\ntbody{margin:0}</style><table><tr><td>x</td></tr></table>");
    }

    @Test
    void several_style_elements_count_in_their_order() {
        assertThat(inlined("<style>p{color:a}</style><style>p{color:b}</style><p>x</p>"))
                .isEqualTo("<p style=\"color: b\">x</p>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p{color:red;content:\"",
                "p{color:red}/* ",
                "p{{{{{{",
                "}}}}p{color:red}",
                "p[title=\"{color:red}",
                "@media {{{ p{color:red}",
                "p{color:red\\",
                "\\",
                "@",
                "p{:;;:a;b:;!important}",
                "p{color:!important}",
                "<!-- -->",
                "a{b:c}}d{e:f}",
            })
    void broken_styles_do_no_harm(String css) {
        assertThat(inlined("<style>" + css + "</style><p>x</p>")).contains("x</p>");
    }

    @Test
    void hostile_styles_end_in_a_limit_that_is_told() {
        String deep = "<div>".repeat(200) + "<p>x</p>";
        List<String> pages = List.of(
                "<style>" + "a,".repeat(100_000) + "a{color:red}</style><a>x</a>",
                "<style>" + "a{color:red}".repeat(40_000) + "</style><a>x</a>",
                "<style>" + "div div div div div div div div div span{color:red}".repeat(200) + "</style>" + deep
                        + "<span>".repeat(200),
                "<style>*{" + "color:red;".repeat(10_000) + "}</style>" + "<p>x</p>".repeat(3_000),
                "<style>" + "[class~=x] p{color:red}".repeat(4_000) + "</style><div class=\"" + "y ".repeat(100_000)
                        + "\">" + "<p>x</p>".repeat(10_000),
                "<style>" + "h1 ~ p ~ i{color:red}".repeat(4_000) + "</style>" + "<p></p><!---->".repeat(10_000)
                        + "<i>",
                "<style>" + "x".repeat(StyleInliner.MAX_CSS) + "{}</style><p>");

        for (String page : pages) {
            MailHtml.Finished finished = MailHtml.finish(page, false);
            assertThat(finished.html()).isEqualTo(page);
            assertThat(finished.notes()).hasSize(1).first().asString().endsWith("no styles are inlined");
        }
    }

    @Test
    void brackets_without_end_take_time_in_proportion() {
        String css = "{(".repeat(100_000) + "[".repeat(100_000) + "/*".repeat(50_000);
        String page = "<style>" + css + "</style><p>x</p>";

        assertThat(MailHtml.finish(page, false).html()).isEqualTo(page);
    }

    private static String inlined(String html) {
        return MailHtml.finish(html, false).html();
    }

    private static String attribute(String css, String tag) {
        String html = inlined("<style>" + css + "</style><body>" + tag);
        int from = html.indexOf("style=\"", html.indexOf("<p"));
        return html.substring(from + 7, html.indexOf('"', from + 7));
    }
}
