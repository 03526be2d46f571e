// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VelocityTemplatesTest {
    @TempDir
    private Path outside;

    private Path root;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private VelocityTemplates templates;

    @BeforeEach
    void folder() throws IOException {
        root = Files.createDirectory(outside.resolve("templates"));
        InstantSource clock = () -> now;
        templates = new VelocityTemplates(root, clock, VelocityTemplates.DEFAULT_CHECK);
    }

    @Test
    void a_folder_that_is_not_there_is_told_from_a_template_that_is_not() {
        assertThatThrownBy(() -> new VelocityTemplates(outside.resolve("none"), () -> now, Duration.ZERO)
                        .currentVersion("default", "a", null))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessage("template: 'a' cannot be read; the folder of templates must exist and be readable");
    }

    @Test
    void renders_subject_text_and_escaped_html() throws IOException {
        write("welcome/subject.vm", "Hello $name\n");
        write("welcome/text.vm", "Dear $name, ${order.total} for#foreach($i in $order.items) $i.name#end.");
        write("welcome/html.vm", "<p title=\"$name\">$name</p>#foreach($i in $order.items)<b>$i.name</b>#end");
        Map<String, Object> variables = Map.of(
                "name", "<Jo> & \"Co\"", "order", Map.of("total", 12.5, "items", List.of(Map.of("name", "a'b"))));

        Rendered rendered = templates.render(templates.currentSource("welcome", null), null, variables);

        assertThat(rendered.subject()).isEqualTo("Hello <Jo> & \"Co\"");
        assertThat(rendered.text()).isEqualTo("Dear <Jo> & \"Co\", 12.5 for a'b.");
        assertThat(rendered.html())
                .isEqualTo(
                        "<p title=\"&lt;Jo&gt; &amp; &quot;Co&quot;\">&lt;Jo&gt; &amp; &quot;Co&quot;</p><b>a&#39;b</b>");
    }

    @Test
    void values_are_escaped_once_wherever_they_pass_through() {
        Map<String, Object> variables = Map.of("x", "<&>");

        assertThat(html("#set($y = \"<b>$x</b>\")$y", variables)).isEqualTo("&lt;b&gt;&lt;&amp;&gt;&lt;/b&gt;");
        assertThat(html("#set($y = $x + \"!\")$y", variables)).isEqualTo("&lt;&amp;&gt;!");
        assertThat(html("#macro(bold $t)<b>$t</b>#end#bold($x)", variables)).isEqualTo("<b>&lt;&amp;&gt;</b>");
        assertThat(html("#macro(bold $t)<b>$t</b>#end#bold(\"$x\")", variables)).isEqualTo("<b>&lt;&amp;&gt;</b>");
        assertThat(html("#define($block)<b>$x</b>#end$block$block", variables))
                .isEqualTo("<b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b>");
        assertThat(html("#macro(box)<i>$bodyContent</i>#end#@box()$x#end", variables))
                .isEqualTo("<i>&lt;&amp;&gt;</i>");
    }

    @Test
    void raw_html_needs_the_explicit_mark() {
        Map<String, Object> variables = Map.of("x", "<b>1</b>");

        assertThat(html("$raw.html($x)", variables)).isEqualTo("<b>1</b>");
        assertThat(html("#set($y = \"$raw.html($x)\")$y", variables)).isEqualTo("&lt;b&gt;1&lt;/b&gt;");
        assertThatThrownBy(() -> html("$x", Map.of("raw", "1", "x", "")))
                .hasMessage("template: the variable 'raw' is reserved for $raw, which templates call");
    }

    @Test
    void values_are_not_evaluated() {
        String value = "#set($a = 1)${x}$x #foreach($i in [1..9])$i#end \\$x";

        assertThat(text("$x", Map.of("x", value))).isEqualTo(value);
        assertThat(text("#set($y = \"$x\")$y", Map.of("x", value))).isEqualTo(value);
    }

    @Test
    void a_missing_variable_names_itself_file_and_line() throws IOException {
        write("welcome/text.vm", "one\ntwo $missing");

        assertThatThrownBy(() -> templates.render(templates.currentSource("welcome", null), null, Map.of()))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: ")
                .hasMessageContaining("$missing")
                .hasMessageContaining("welcome/text.vm")
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> text("$order.total", Map.of("order", Map.of())))
                .hasMessageContaining("total")
                .hasMessageContaining("line 1");
    }

    @Test
    void a_template_can_ask_for_what_may_be_missing() {
        Map<String, Object> variables = new HashMap<>();
        variables.put("nothing", null);
        variables.put("empty", "");
        variables.put("zero", 0);
        variables.put("order", Map.of());

        assertThat(text("#if($missing)a#{else}b#end", variables)).isEqualTo("b");
        assertThat(text("#if($nothing)a#{else}b#end", variables)).isEqualTo("b");
        assertThat(text("#if($empty)a#{else}b#end", variables)).isEqualTo("b");
        assertThat(text("#if($zero)a#{else}b#end", variables)).isEqualTo("b");
        assertThat(text("#if($order.total)a#{else}b#end", variables)).isEqualTo("b");
        assertThat(text("[$!nothing][$!order.total]", variables)).isEqualTo("[][]");
        assertThatThrownBy(() -> text("$!missing", variables)).hasMessageContaining("$missing");
        assertThatThrownBy(() -> text("$nothing", variables)).hasMessageContaining("$nothing");
    }

    @Test
    void maps_lists_strings_and_loops_answer_a_few_questions() {
        Map<String, Object> variables =
                Map.of("s", "Straße", "list", List.of("a", "b"), "map", new TreeMap<>(Map.of("k", 1, "size", 7)));

        assertThat(text("$s.length() $s.toUpperCase() $s.substring(0, 2) $s.contains('ra')", variables))
                .isEqualTo("6 STRASSE St true");
        assertThat(text("$list.size() $list.get(1) $list[0] $list.contains('c')", variables))
                .isEqualTo("2 b a false");
        assertThat(text("$map.k $map.size $map.size() $map.get('k')", variables))
                .isEqualTo("1 7 2 1");
        assertThat(text("#foreach($e in $map.entrySet())$e.key=$e.value#if($foreach.hasNext),#end#end", variables))
                .isEqualTo("k=1,size=7");
        assertThat(text("#foreach($i in $list)$foreach.index$foreach.count$i#end", variables))
                .isEqualTo("01a12b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$s.getClass()",
                "$s.class",
                "$s.class.forName('java.lang.Runtime')",
                "#set($c = $s.getClass().getClassLoader())$c",
                "$map.class.name",
                "$map.getClass()",
                "$list.class",
                "$list.getClass().forName('java.lang.Runtime').getRuntime().exec('id')",
                "#set($x = [1, 2])$x.getClass()",
                "#set($x = [1..3])$x.getClass()",
                "#set($x = {'a': 1})$x.getClass()",
                "$foreach.getClass()",
                "#foreach($i in $list)$foreach.class#end",
                "#foreach($i in $list)$foreach.parent.class#end",
                "#foreach($i in $list)$foreach.info.class#end",
                "$raw.class",
                "$raw.getClass()",
                "$raw.html($s).getClass()",
                "$raw.html($s).html",
                "$n.class.forName('java.lang.System')",
                "$n.getClass()",
                "#macro(m)$bodyContent.class#end#@m()x#end",
                "#define($d)x#end$d.getClass()",
                "#define($d)x#end$d.class",
                "$s.bytes",
                "$s.getBytes()",
                "$s.chars()",
                "$s.format('%99999999d', 1)",
                "$s.repeat(1000000000)",
                "$s.replace('', 'xxxxxxxx')",
                "$s.matches('(a+)+$')",
                "$s.replaceAll('a', 'b')",
                "$list.add('x')",
                "$list.toArray()",
                "$list.stream()",
                "$list.forEach($s)",
                "$map.put('a', 'b')",
                "$map.k.class",
                "$map.entrySet().iterator().next().class",
                "#set($map.k = 'x')$map.k",
                "#set($list[0] = 'x')",
                "$map",
                "$list",
                "$class",
                "$context",
                "$request",
                "$template.class",
                "$velocityCount.class",
                "#include('/etc/passwd')",
                "#include('../secret.txt')",
                "#parse('/etc/passwd')",
                "#parse('file:///etc/passwd')",
                "#parse('http://localhost/')",
                "#evaluate('$s.class')",
                "#evaluate($s)",
            })
    void nothing_reaches_behind_the_values(String payload) throws IOException {
        Files.writeString(outside.resolve("secret.txt"), "root:x:0");
        Map<String, Object> variables = Map.of("s", "text", "n", 5, "list", List.of("a"), "map", Map.of("k", "v"));

        String rendered;
        try {
            rendered = text(payload, variables);
        } catch (InvalidEmailException e) {
            assertThat(e).hasMessageStartingWith("template: ");
            return;
        }
        // A directive that does not exist is text.
        assertThat(rendered).startsWith("#").doesNotContain("root:", "java.", "class ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#foreach($i in [1..1000000000])#end",
                "#foreach($i in [1..1000000000])x#end",
                "#foreach($i in [1..40000])#foreach($j in [1..40000])#if($i == $j)#end#end#end",
                "#macro(a)#b()#b()#b()#b()#end#macro(b)#c()#c()#c()#c()#end#macro(c)#d()#d()#d()#d()#end"
                        + "#macro(d)#e()#e()#e()#e()#end#macro(e)#f()#f()#f()#f()#end#macro(f)#g()#g()#g()#g()#end"
                        + "#macro(g)#h()#h()#h()#h()#end#macro(h)#i()#i()#i()#i()#end#macro(i)#j()#j()#j()#j()#end"
                        + "#macro(j)#k()#k()#k()#k()#end#macro(k)#l()#l()#l()#l()#end#macro(l)x#end#a()",
                "#macro(r)#r()#end#r()",
                "#define($d)$d#end$d",
                "#set($s = 'xxxxxxxx')#foreach($i in [1..40])#set($s = $s + $s)#end",
                "#set($s = 'xxxxxxxx')#foreach($i in [1..40])#set($s = \"$s$s\")#end",
                "#set($s = 'xxxxxxxx')#foreach($i in [1..40])#set($s = \"#set($s = $s + $s)$s\")#end",
                "#set($s = 'xxxxxxxx')#foreach($i in [1..40])#set($s = \"#foreach($j in [1,2])$s#end\")#end",
                "#set($s = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..500000])$s#end",
                "#foreach($i in [1..900000])0123456789#end",
                "#set($l = [1..2000000000])$l.contains('x')",
            })
    void runaway_templates_end_in_a_limit(String payload) {
        assertThatThrownBy(() -> text(payload, Map.of()))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: ");
    }

    @Test
    void deep_nesting_of_the_source_is_refused() {
        assertThatThrownBy(() -> text("#if(" + "(".repeat(100_000) + "1" + ")".repeat(100_000) + ")x#end", Map.of()))
                .isInstanceOf(InvalidEmailException.class);
    }

    @Test
    void a_macro_belongs_to_its_file() throws IOException {
        write("one/text.vm", "#macro(m)one#end#m()");
        write("two/text.vm", "#macro(m)two#end#m()");
        write("three/text.vm", "#m()");

        assertThat(templates
                        .render(templates.currentSource("one", null), null, Map.of())
                        .text())
                .isEqualTo("one");
        assertThat(templates
                        .render(templates.currentSource("two", null), null, Map.of())
                        .text())
                .isEqualTo("two");
        assertThat(templates
                        .render(templates.currentSource("one", null), null, Map.of())
                        .text())
                .isEqualTo("one");
        assertThatThrownBy(() -> templates.render(templates.currentSource("three", null), null, Map.of()))
                .isInstanceOf(InvalidEmailException.class);
    }

    @Test
    void a_subject_of_two_lines_is_refused() throws IOException {
        write("welcome/subject.vm", "Hello $name\n");
        write("welcome/text.vm", "x");

        assertThatThrownBy(() ->
                        templates.render(templates.currentSource("welcome", null), null, Map.of("name", "a\nBcc: x@y")))
                .hasMessage("template: the subject has more than one line");
    }

    @Test
    void a_subject_is_held_to_what_holds_for_one_that_is_written_out() throws IOException {
        write("welcome/subject.vm", "a $x");
        write("welcome/text.vm", "x");
        TemplateSource source = templates.currentSource("welcome", null);

        assertThatThrownBy(() -> templates.render(source, null, Map.of("x", "b\0c")))
                .hasMessage("template: the subject holds NUL at 3");
        assertThatThrownBy(() -> templates.render(source, null, Map.of("x", "\uD83D")))
                .hasMessage("template: the subject holds half a surrogate pair; it is not valid Unicode");
        assertThatThrownBy(() -> templates.render(source, null, Map.of("x", "b".repeat(997))))
                .hasMessage("template: the subject has 999 characters, allowed are 998");
        assertThat(templates
                        .render(source, null, Map.of("x", "\uD83D\uDE00" + "b".repeat(994)))
                        .subject())
                .hasSize(998);
    }

    @Test
    void a_call_that_fails_tells_its_own_place() throws IOException {
        Map<String, Object> variables = Map.of("s", "text", "list", List.of(1, 2));

        assertThatThrownBy(() -> text("$s.substring(0, 1)\n$s.substring(0, 9)", variables))
                .hasMessage("template: asks for characters 0 to 9 of a string of 4 at t/text.vm[line 2, column 4]");
        assertThatThrownBy(() -> text("$list.get(0) $list[0]\n$list.get(1)\n$list[2]", variables))
                .hasMessage("template: asks for item 2 of a list of 2 at t/text.vm[line 3, column 6]");
        assertThatThrownBy(() -> text("$s.substring(0)\n$s.substring(\n$list.get(5))", variables))
                .hasMessage("template: asks for item 5 of a list of 2 at t/text.vm[line 3, column 7]");
        write("welcome/text.vm", "$s.substring(4) $list.get($s.length())");
        write("layout.text.vm", "\n\n$s.substring(5) $content");
        assertThatThrownBy(() -> templates.render(
                        templates.currentSource("welcome", null),
                        null,
                        Map.of("s", "text", "list", List.of(1, 2, 3, 4, 5))))
                .hasMessageEndingWith(" at layout.text.vm[line 3, column 4]");
    }

    @Test
    void syntax_errors_show_when_the_source_is_asked_for() throws IOException {
        write("welcome/html.vm", "<p>\n#if($x)");

        assertThatThrownBy(() -> templates.currentSource("welcome", null))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: welcome/html.vm does not parse: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "../x", "a/../b", "/etc", "a//b", "a/", "a\\b", "a\0b", "ä", ".git", "link", "x"})
    void names_do_not_leave_the_folder(String name) throws IOException {
        Files.createDirectory(outside.resolve("x"));
        Files.writeString(outside.resolve("x/text.vm"), "secret");
        Files.createSymbolicLink(root.resolve("link"), outside.resolve("x"));

        assertThatThrownBy(() -> templates.currentSource(name, null))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: ");
    }

    @Test
    void a_change_is_seen_after_the_check_interval_and_a_pinned_version_stays() throws IOException {
        write("a/text.vm", "old");
        String old = templates.currentVersion("default", "a", null);
        Files.writeString(root.resolve("a/text.vm"), "newer");

        assertThat(templates.currentVersion("default", "a", null)).isEqualTo(old);
        now = now.plus(Duration.ofSeconds(1));
        String current = templates.currentVersion("default", "a", null);

        assertThat(current).isNotEqualTo(old).matches("[0-9a-f]{32}");
        assertThat(templates.render("default", "a", old, null, Map.of()).text()).isEqualTo("old");
        assertThat(templates.render("default", "a", current, null, Map.of()).text())
                .isEqualTo("newer");
        assertThatThrownBy(() -> new VelocityTemplates(root, () -> now, Duration.ZERO)
                        .render("default", "a", old, null, Map.of()))
                .hasMessage("template: version " + old + " of 'a' is gone; the folder has " + current);
    }

    @Test
    void stored_sources_render_without_the_folder() throws IOException {
        write("a/subject.vm", "s $x");
        write("a/html.vm", "<b>$x</b>");
        TemplateSource source = templates.currentSource("a", null);

        TemplateSource stored = TemplateSource.read(source.toBytes());

        assertThat(stored).isEqualTo(source);
        assertThat(new VelocityTemplates(outside.resolve("none"), () -> now, Duration.ZERO)
                        .render(stored, null, Map.of("x", "&")))
                .isEqualTo(new Rendered("s &", "&\n", "<b>&amp;</b>"));
    }

    @Test
    void mjml_needs_its_module_when_it_is_rendered() throws IOException {
        write("news/html.mjml", "<mjml>$name</mjml>");
        TemplateSource source = templates.currentSource("news", null);

        assertThat(TemplateSource.read(source.toBytes())).isEqualTo(source);
        assertThatThrownBy(() -> templates.check(source, null, Map.of("name", "x")))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessage("template: news/html.mjml is MJML; add the module mailer-mjml to the class path");
    }

    @Test
    void a_template_is_compiled_once_under_contention() throws Exception {
        write("a/text.vm", "x");
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add(() -> templates
                    .render(templates.currentSource("a", null), null, Map.of())
                    .text());
        }

        try {
            pool.invokeAll(calls);
        } finally {
            pool.shutdownNow();
        }

        assertThat(templates.cacheStats().loadCount()).isEqualTo(1);
        assertThat(templates.cacheStats().hitCount()).isEqualTo(127);
    }

    private String text(String source, Map<String, Object> variables) {
        return templates
                .render(TemplateSource.of("t", null, source, null), null, variables)
                .text();
    }

    private String html(String source, Map<String, Object> variables) {
        return templates
                .render(TemplateSource.of("t", null, null, source), null, variables)
                .html();
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), content);
    }
}
