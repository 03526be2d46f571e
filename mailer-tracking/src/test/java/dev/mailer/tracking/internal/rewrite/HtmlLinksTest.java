// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a link of a page and what is not; jsoup, a parser of the same standard, says so for pages that nobody here wrote. */
class HtmlLinksTest {
    /** Pieces of pages, as they are and as they come out. */
    private static final String[][] PIECES = {
        {"<a href=\"https://a.example/x?a=1&amp;b=2\">x</a>", "<a href=\"!https://a.example/x?a=1&amp;b=2!\">x</a>"},
        {"<A title='>' HREF = 'http://b.example'>", "<A title='>' HREF = '!http://b.example!'>"},
        {"<a href=https://c.example/y>y</a>", "<a href=\"!https://c.example/y!\">y</a>"},
        {"<area shape=rect href=\"https://d.example/\"/>", "<area shape=rect href=\"!https://d.example/!\"/>"},
        {"<a\nhref=\"\n https://e.example/ \t\">", "<a\nhref=\"!https://e.example/!\">"},
        {"<!-- <a href=\"https://f.example/\"> -->", null},
        {"<!--[if mso]><v:rect href=\"https://g.example/\"><a href=\"https://g.example\"><![endif]-->", null},
        {
            "<!--[if !mso]><!--><a href=\"https://h.example/\">h</a><!--<![endif]-->",
            "<!--[if !mso]><!--><a href=\"!https://h.example/!\">h</a><!--<![endif]-->"
        },
        {
            "<![if !vml]><a href=\"https://i.example/\"><![endif]>",
            "<![if !vml]><a href=\"!https://i.example/!\"><![endif]>"
        },
        {"<!--><a href=\"https://j.example/\"><!--->", "<!--><a href=\"!https://j.example/!\"><!--->"},
        {"<script>document.write('<a href=\"https://k.example/\">')</script>", null},
        {"<style>/* <a href=\"https://l.example/\"> </body> */</style>", null},
        {"<noscript><a href=\"https://m.example/\">m</a></noscript>", null},
        {"<textarea></body><a href='https://n.example/'></textarea >", null},
        {"<title>&lt;</title><p>1 < 2 <3 </ p> <? php ?>&nbsp;\u00e4\ud83d\ude00\r\n", null},
        {"<a data-notrack href=\"https://o.example/\">o</a>", null},
        {"<a name=top>", null},
        {
            "<link href=\"https://p.example/s.css\"><img src=\"https://p.example/i.png\"><abbr href=\"https://q.example\">",
            null
        },
        {"<a xhref=\"https://r.example/\" data-href='https://r.example'>", null},
        {
            "<a href=\"https://s.example/?x=1&copy=2&amp;reg;=&#x26;c\">",
            "<a href=\"!https://s.example/?x=1&amp;copy=2&amp;reg;=&amp;c!\">"
        },
    };

    @Test
    void pages_of_all_kinds_of_pieces_keep_every_byte_but_those_of_links() {
        Random random = new Random(4711);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder page = new StringBuilder("<html><body>");
            StringBuilder expected = new StringBuilder(page);
            for (int n = random.nextInt(12); n > 0; n--) {
                String[] piece = PIECES[random.nextInt(PIECES.length)];
                page.append(piece[0]);
                expected.append(piece[1] == null ? piece[0] : piece[1]);
            }
            boolean closed = random.nextBoolean();
            page.append(closed ? "</body></html>" : "");
            expected.append(closed ? "[end]</body></html>" : "[end]");

            assertThat(HtmlLinks.rewrite(page.toString(), HtmlLinksTest::marked, "[end]"))
                    .isEqualTo(expected.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a href=\"https://a.example/",
                "<a href=",
                "<a href='https://a.example/'",
                "<",
                "</",
                "<!",
                "<!--",
                "<!-- <a href='https://a.example/'>",
                "<script><a href='https://a.example/'>",
                "<plaintext><a href='https://a.example/'></plaintext>",
                "<a",
                "<a href",
                "<a =\"https://a.example/\">",
            })
    void what_ends_in_the_middle_of_something_has_no_link(String page) {
        assertThat(HtmlLinks.rewrite(page, HtmlLinksTest::marked, "")).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html amp4email>", "<HTML \u26a14email lang=en>", "<!doctype html><html \u26a1 >"})
    void amp_stays_as_it_is(String front) {
        String page = front + "<body><a href=\"https://a.example/\">x</a></body></html>";

        assertThat(HtmlLinks.rewrite(page, HtmlLinksTest::marked, "[end]")).isEqualTo(page);
    }

    @Test
    void the_end_is_the_last_end_of_the_body() {
        assertThat(HtmlLinks.rewrite("<body>a</body>b</BODY ><!-- </body> -->", l -> null, "[end]"))
                .isEqualTo("<body>a</body>b[end]</BODY ><!-- </body> -->");
    }

    @Test
    void half_a_megabyte_of_whatever_ends_soon() {
        for (String part :
                List.of("<", "<!--", "<a ", "<a href=\"", "</script", "<script>", "&amp", "<!--->--!", "<a a")) {
            String page = part.repeat(500_000 / part.length());

            assertThat(HtmlLinks.rewrite(page, HtmlLinksTest::marked, "")).hasSize(page.length());
        }
    }

    @Test
    void a_tag_with_any_number_of_attributes_needs_no_memory_for_them() {
        String page = "<a " + "a ".repeat(500_000) + "href=x href=y>";
        List<String> links = new ArrayList<>();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        String rewritten = HtmlLinks.rewrite(
                page,
                link -> {
                    links.add(link);
                    return null;
                },
                "");

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(rewritten).isEqualTo(page);
        assertThat(links).containsExactly("x");
        assertThat(allocated).isLessThan(10L * page.length());
    }

    /** Old programs write what Windows-1252 has by its numbers there. */
    @Test
    void numbers_that_no_character_has_are_read_as_browsers_read_them() {
        StringBuilder page = new StringBuilder("<a href=\"https://a.example/");
        for (int code = 0; code <= 0xA0; code++) {
            page.append("&#")
                    .append(code)
                    .append(";&#x")
                    .append(Integer.toHexString(code))
                    .append(';');
        }
        List<String> links = new ArrayList<>();

        HtmlLinks.rewrite(
                page.append("\">").toString(),
                link -> {
                    links.add(link);
                    return null;
                },
                "");

        assertThat(links).containsExactly(parse(page.toString()).select("a").attr("href"));
        assertThat(links.get(0)).contains("\u20ac\u20ac\u0081\u0081\u201a\u201a");
    }

    @Test
    void links_of_real_pages_are_those_that_a_parser_sees_and_nothing_else_changes() throws IOException {
        int links = 0;
        for (String page : pages()) {
            String rewritten = HtmlLinks.rewrite(page, HtmlLinksTest::marked, "");
            Document before = parse(page);
            Document after = parse(rewritten);
            if (before.select("html").stream().anyMatch(h -> h.hasAttr("amp4email"))) {
                continue;
            }
            List<String> expected = new ArrayList<>();
            for (Element link : before.select("a[href],area[href]")) {
                if (isWeb(link.attr("href")) && link.closest("noscript,svg,math,template") == null) {
                    expected.add("!" + link.attr("href").strip() + "!");
                    link.attr("href", "!" + link.attr("href").strip() + "!");
                }
            }
            links += expected.size();
            assertThat(after.html()).isEqualTo(before.html());
        }
        assertThat(links).as("links looked at").isGreaterThan(50);
    }

    /** Mails as they lie there, with most of quoted-printable undone, header and all: pages that are broken in many ways. */
    private static List<String> pages() throws IOException {
        Path folder = Path.of(System.getProperty("mailer.corpora", "no-corpora"));
        assumeTrue(Files.exists(folder), "the corpora are not there");
        List<String> pages = new ArrayList<>();
        for (String name : List.of("mime", "bounce", "dkim", "arf")) {
            try (Stream<Path> files = Files.walk(folder.resolve(name))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1)
                            .replaceAll("=\r?\n", "")
                            .replace("=3D", "=");
                    if (text.contains("<a") || text.contains("<A")) {
                        pages.add(text);
                    }
                }
            }
        }
        return pages;
    }

    private static boolean isWeb(String href) {
        return href.strip().matches("(?is)https?://.*");
    }

    private static Document parse(String page) {
        return Jsoup.parse(page, "", Parser.htmlParser())
                .outputSettings(new Document.OutputSettings().prettyPrint(false));
    }

    private static String marked(String link) {
        return isWeb(link) ? "!" + link + "!" : null;
    }
}
