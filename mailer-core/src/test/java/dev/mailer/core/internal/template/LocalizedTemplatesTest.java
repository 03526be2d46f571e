// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.core.Templates;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalizedTemplatesTest {
    private static final Locale AUSTRIA = Locale.forLanguageTag("de-AT");

    @TempDir
    private Path root;

    private VelocityTemplates templates;

    @BeforeEach
    void templates() {
        templates = new VelocityTemplates(root, InstantSource.system(), Duration.ZERO);
    }

    @Test
    void a_layout_wraps_the_rendered_part_once() throws IOException {
        write("layout.html.vm", "<html>$name: $content</html>");
        write("layout.text.vm", "$content\n-- \nShop");
        write("a/html.vm", "<p>$name</p>");
        write("a/text.vm", "Hi $name");

        Rendered rendered = render("a", null, Map.of("name", "<Jo>"));

        assertThat(rendered.html()).isEqualTo("<html>&lt;Jo&gt;: <p>&lt;Jo&gt;</p></html>");
        assertThat(rendered.text()).isEqualTo("Hi <Jo>\n-- \nShop");
    }

    @Test
    void the_nearest_layout_is_taken_and_one_of_its_own_is_how_a_template_has_none() throws IOException {
        write("layout.html.vm", "root $content");
        write("account/layout.html.vm", "account $content");
        write("account/welcome/html.vm", "x");
        write("account/plain/html.vm", "x");
        write("account/plain/layout.html.vm", "$content");
        write("other/html.vm", "x");

        assertThat(render("account/welcome", null, Map.of()).html()).isEqualTo("account x");
        assertThat(render("account/plain", null, Map.of()).html()).isEqualTo("x");
        assertThat(render("other", null, Map.of()).html()).isEqualTo("root x");
    }

    @Test
    void a_layout_sees_what_the_template_has_set_and_shares_its_strictness() throws IOException {
        write("layout.html.vm", "<title>$title</title>$content");
        write("a/html.vm", "#set($title = \"A & $x\")x");
        write("b/html.vm", "x");

        assertThat(render("a", null, Map.of("x", "<")).html()).isEqualTo("<title>A &amp; &lt;</title>x");
        assertThatThrownBy(() -> render("b", null, Map.of()))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageContaining("$title")
                .hasMessageContaining("layout.html.vm");
    }

    @Test
    void part_and_layout_share_one_budget() throws IOException {
        write("layout.html.vm", "#foreach($i in [1..150000])#end$content");
        write("a/html.vm", "#foreach($i in [1..150000])#end");

        assertThatThrownBy(() -> render("a", null, Map.of())).hasMessageContaining("250000 steps");
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "$content$content, 2", "'#if(false)$content#end', 0"})
    void a_layout_that_does_not_print_the_content_once_is_refused(String layout, int times) throws IOException {
        write("layout.html.vm", layout);
        write("a/html.vm", "x");

        assertThatThrownBy(() -> render("a", null, Map.of()))
                .hasMessage("template: layout.html.vm prints $content " + times + " times; a layout prints it once");
    }

    @Test
    void names_that_templates_call_are_reserved() throws IOException {
        write("layout.html.vm", "$content");
        write("a/html.vm", "x");
        write("text/text.vm", "$content");

        for (String name : new String[] {"raw", "msg", "fmt", "content"}) {
            assertThatThrownBy(() -> render("a", null, Map.of(name, "")))
                    .hasMessageStartingWith("template: the variable '" + name + "' is reserved for $" + name);
        }
        assertThat(render("text", null, Map.of("content", "mine")).text()).isEqualTo("mine");
    }

    @Test
    void each_file_falls_back_by_itself() throws IOException {
        write("a/subject.vm", "subject");
        write("a/subject.de.vm", "Betreff");
        write("a/text.vm", "text");
        write("a/html.vm", "html");
        write("a/html.de-AT.vm", "österreichisch");
        write("layout.html.vm", "[$content]");
        write("layout.html.de.vm", "[de $content]");

        assertThat(render("a", AUSTRIA, Map.of())).isEqualTo(new Rendered("Betreff", "text", "[de österreichisch]"));
        assertThat(render("a", Locale.GERMAN, Map.of())).isEqualTo(new Rendered("Betreff", "text", "[de html]"));
        assertThat(render("a", Locale.FRENCH, Map.of())).isEqualTo(new Rendered("subject", "text", "[html]"));
        assertThat(render("a", null, Map.of())).isEqualTo(new Rendered("subject", "text", "[html]"));
    }

    @Test
    void the_version_is_of_all_that_was_taken_and_equal_for_languages_that_take_the_same() throws IOException {
        write("a/text.vm", "$msg.get('x')");
        write("a/html.vm", "html");
        write("messages.properties", "x=1");

        String before = version(null);
        assertThat(version(Locale.GERMAN)).isEqualTo(before);
        assertThat(templates.currentSource("a", Locale.GERMAN)).isSameAs(templates.currentSource("a", null));
        write("layout.html.vm", "$content");
        String layout = version(null);
        assertThat(layout).isNotEqualTo(before);
        write("messages.properties", "x=2");
        assertThat(version(null)).isNotEqualTo(layout);
        write("messages_de.properties", "x=3");
        assertThat(version(Locale.GERMAN)).isNotEqualTo(version(null));
    }

    @Test
    void stored_sources_hold_layouts_and_messages() throws IOException {
        write("a/html.vm", "$msg.get('hello', $name)");
        write("a/text.vm", "");
        write("layout.html.vm", "<b>$content</b>");
        write("messages_de.properties", "hello=Grüß dich, {0}");
        TemplateSource source = templates.currentSource("a", AUSTRIA);

        TemplateSource stored = TemplateSource.read(source.toBytes());
        Files.delete(root.resolve("layout.html.vm"));
        Files.delete(root.resolve("messages_de.properties"));

        assertThat(stored).isEqualTo(source);
        assertThat(templates.render(stored, AUSTRIA, Map.of("name", "Jo")))
                .isEqualTo(new Rendered(null, null, "<b>Grüß dich, Jo</b>"));
    }

    @Test
    void a_message_comes_from_the_language_first_and_then_from_the_nearest_folder() throws IOException {
        write("messages.properties", "a=root\nb=root\nc=root");
        write("messages_de.properties", "b=root de");
        write("t/messages.properties", "a=own\nb=own");
        write("t/messages_de_AT.properties", "c=own de-AT");
        write("t/text.vm", "$msg.get('a'), $msg.get('b'), $msg.get('c')");

        assertThat(render("t", null, Map.of()).text()).isEqualTo("own, own, root");
        assertThat(render("t", Locale.GERMAN, Map.of()).text()).isEqualTo("own, root de, root");
        assertThat(render("t", AUSTRIA, Map.of()).text()).isEqualTo("own, root de, own de-AT");
    }

    @Test
    void messages_and_what_is_inserted_are_escaped() throws IOException {
        write("messages.properties", "m=<b>{0}</b> & {1}");
        write("a/html.vm", "$msg.get('m', $x, 1234.5) | $msg.html('m', $x, true) | $raw.html($msg.get('m', 'y', 1))");

        assertThat(render("a", Locale.GERMAN, Map.of("x", "<i>")).html())
                .isEqualTo("&lt;b&gt;&lt;i&gt;&lt;/b&gt; &amp; 1.234,5 | <b>&lt;i&gt;</b> & true | <b>y</b> & 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$msg.get('gone')|there is no message 'gone'; add it to messages.properties",
                "$msg.get('two', 'x')|the message 'two' takes 2 values and is given 1",
                "$msg.get('two', 'x', $none)|the message 'two' is given no string, number or boolean for {1}",
                "$msg.get('two', 'x', $list)|the message 'two' is given no string, number or boolean for {1}",
                "$msg.get('date', 1)|the message 'date' has the format 'date'; allowed are number and choice, and $fmt gives dates",
                "$msg.get('nested', 1)|the message 'nested' has the format 'time'; allowed are number and choice, and $fmt gives dates",
                "$msg.get('high')|the message 'high' has {999999999}; the highest is 99",
                "$msg.get('signed')|the message 'signed' has a { that no number from 0 to 99 follows; write '{' if it is meant",
                "$msg.get('arabic')|the message 'arabic' has a { that no number from 0 to 99 follows; write '{' if it is meant",
                "$msg.get('quoted', 1)|the message 'quoted' has a ' within {…}; write '' there",
                "$msg.get('hidden', 1)|the message 'hidden' has a { that no number from 0 to 99 follows; write '{' if it is meant",
                "$msg.get('huge', $huge)|the message 'huge' is given a number of more than 40 digits",
            })
    void what_is_wrong_with_a_message_is_an_error_with_its_place(String text, String problem) throws IOException {
        write(
                "messages.properties",
                "two={0} {1}\ndate={0,date}\nnested={0,choice,0#a|1#{0,time}}\nhigh={999999999}\nhuge={0}"
                        + "\nsigned=a={+2000000000}\narabic={\u0661}\nquoted={0,choice,0#'{1,date}'}"
                        + "\nhidden={0,choice,0#{''1'',date}}");
        write("a/text.vm", "one\n" + text);
        HashMap<String, @Nullable Object> variables = new HashMap<>();
        variables.put("none", null);
        variables.put("list", List.of());
        variables.put("huge", new BigDecimal("1e999999999"));

        assertThatThrownBy(() -> render("a", null, variables))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: " + problem + " at a/text.vm")
                .hasMessageContaining("line 2");
    }

    @Test
    void quotes_in_messages_are_as_ever() throws IOException {
        write(
                "messages_fr.properties",
                "n={0,choice,0#aucun|1#l''article|1<{0} articles}\nb='{'x'}' l''un {0} {1,number,#0.0}");
        write("a/text.vm", "$msg.get('n', 1) $msg.get('n', 2) $msg.get('b', 'y', 2)");

        assertThat(render("a", Locale.FRENCH, Map.of()).text()).isEqualTo("l'article 2 articles {x} l'un y 2,0");
    }

    @Test
    void a_byte_order_mark_is_no_content() throws IOException {
        write("messages.properties", "\uFEFFhello=Hello");
        write("a/subject.vm", "\uFEFF$msg.get('hello')\uFEFF");
        write("a/text.vm", "\uFEFFx");
        write("a/sample.json", "\uFEFF{}");

        Templates.Preview preview = Templates.in(root).preview("a", null);

        assertThat(preview.subject()).isEqualTo("Hello\uFEFF");
        assertThat(preview.text()).isEqualTo("x");
    }

    @Test
    void a_file_of_messages_that_does_not_parse_names_itself() throws IOException {
        write("messages.properties", "a=\\u12");
        write("a/text.vm", "$msg.get('a')");

        assertThatThrownBy(() -> render("a", null, Map.of()))
                .hasMessageStartingWith("template: messages.properties does not parse: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de|$fmt.number(1234567.891)|1.234.567,891",
                "de|$fmt.number('1234.5', 2)|1.234,50",
                "en|$fmt.number(1234.5, 0)|1,234",
                "de|$fmt.currency('22.10', 'EUR')|22,10\u00A0€",
                "en-US|$fmt.currency(22.1, 'USD')|$22.10",
                "ja|$fmt.currency(2210, 'JPY')|￥2,210",
                "de|$fmt.date('2026-11-21', 'long')|21. November 2026",
                "en|$fmt.date('2026-11-21T23:30:00Z', 'medium')|Nov 21, 2026",
                "de-AT|$fmt.date('2026-11-21T23:30:00Z', 'short', 'Europe/Vienna')|22.11.26",
                "de|$fmt.dateTime('2026-11-21T10:30:00+01:00', 'medium')|21.11.2026, 10:30",
                "de|$fmt.dateTime('2026-11-21T10:30:00Z', 'medium', 'Europe/Vienna')|21.11.2026, 11:30",
                "de|$fmt.dateTime('2026-11-21T10:30:00', 'medium')|21.11.2026, 10:30",
            })
    void numbers_amounts_and_dates_are_written_in_the_language(String tag, String call, String expected)
            throws IOException {
        write("a/text.vm", call);

        assertThat(render("a", Locale.forLanguageTag(tag), Map.of()).text()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$fmt.number('x')",
                "$fmt.number($huge)",
                "$fmt.number(1, -1)",
                "$fmt.number(1, 1000000000)",
                "$fmt.currency(1, 'Euro')",
                "$fmt.date('21.11.2026', 'long')",
                "$fmt.date('2026-11-21', 'pretty')",
                "$fmt.date('2026-11-21T10:30:00', 'long', 'Europe/Vienna')",
                "$fmt.date('2026-11-21T10:30:00Z', 'long', 'Mars')",
                "$fmt.dateTime('2026-11-21', 'long')",
                "$fmt.getClass()",
                "$fmt.locale",
                "$msg.messages",
            })
    void what_cannot_be_written_is_an_error(String call) throws IOException {
        write("a/text.vm", call);

        assertThatThrownBy(() -> render("a", null, Map.of("huge", 1e300)))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageContaining("a/text.vm")
                .hasMessageContaining("line 1");
    }

    @Test
    void a_text_part_is_made_unless_there_is_a_file_for_it() throws IOException {
        write("made/html.vm", "<style>p{color:red}</style><p>Hello $name</p>");
        write("layout.text.vm", "layout $content");
        write("none/html.vm", "<p>x</p>");
        write("none/text.vm", "\n");

        assertThat(render("made", null, Map.of("name", "Jo & Sam")))
                .isEqualTo(new Rendered(null, "Hello Jo & Sam\n", "<p style=\"color: red\">Hello Jo &amp; Sam</p>"));
        assertThat(render("none", null, Map.of())).isEqualTo(new Rendered(null, null, "<p>x</p>"));
    }

    @Test
    void styles_are_inlined_wherever_they_come_from() throws IOException {
        write("own/html.vm", "<style>p{color:red}</style><p>x</p>");
        write("inserted/html.vm", "$raw.html($x)<p>x</p>");
        write("under/html.vm", "<p>x</p>");
        write("under/layout.html.vm", "<STYLE>p{color:red}</STYLE>$content");

        for (String name : new String[] {"own", "inserted", "under"}) {
            assertThat(render(name, null, Map.of("x", "<style>p{color:red}</style>"))
                            .html())
                    .isEqualTo("<p style=\"color: red\">x</p>");
        }
    }

    private Rendered render(String name, @Nullable Locale locale, Map<String, @Nullable Object> variables) {
        return templates.render(templates.currentSource(name, locale), locale, variables);
    }

    private String version(@Nullable Locale locale) {
        return templates.currentVersion("default", "a", locale);
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), content);
    }
}
