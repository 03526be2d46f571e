// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.Templates;
import dev.mailer.core.template.VariableReport;
import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.ListOf;
import dev.mailer.core.template.VariableType.MapOf;
import dev.mailer.core.template.VariableType.Plain;
import dev.mailer.core.template.VariableType.Structure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check against the engine: what it calls right renders, and what it calls wrong does not. */
class VariableCheckTest {
    private static final Structure ITEM = structure("Item", "name", Plain.TEXT, "amount", Plain.NUMBER);
    private static final Structure ORDER =
            structure("Order", "number", Plain.NUMBER, "total", Plain.TEXT, "items", new ListOf(ITEM));
    private static final Structure MAIL = structure(
            "Mail",
            "name",
            Plain.TEXT,
            "order",
            ORDER,
            "late",
            Plain.BOOLEAN,
            "extra",
            new MapOf(Plain.TEXT),
            "any",
            Plain.UNKNOWN);
    private static final Map<String, Object> VARIABLES = Map.of(
            "name",
            "Jo",
            "order",
            Map.of("number", 1, "total", "2.10", "items", List.of(Map.of("name", "Coffee", "amount", 2))),
            "late",
            true,
            "extra",
            Map.of("a", "b"),
            "any",
            Map.of("thing", "x"));

    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$name ${name} $!name $!{name} $order.number $!{order.total} ${order.total.length()}",
                "$order['total'] $order[\"total\"] $order.get('total') $order.items[0].name $order.items.get(0).amount",
                "$order.size() $order.items.size() $order.isEmpty() $order.containsKey('x') $extra.a $extra.get('a')",
                "#foreach($i in $order.items)$i.name $foreach.index $foreach.count $foreach.first $foreach.hasNext()#end",
                "#foreach($i in [1..3])$i#end #foreach($i in [$name, 2])$i#end #foreach($x in $extra)$x#end",
                "#foreach($e in $extra.entrySet())$e.key $e.value $e.getKey()#end #foreach($k in $extra.keySet())$k#end",
                "#foreach($part in $order)#if($foreach.last)x#end#end #foreach($i in [])#else none #end",
                "#set($x = $order)$x.total #set($y = $order.items.size() + 1)$y #set($m = {'a': $name})$m.a",
                "#set($s = \"Hello $name, ${order.total}\")$s.length() #set($l = ['a'])$l[0]",
                "#if(!$first)#set($first = true)#end $first",
                "#foreach($i in $order.items)#if($foreach.count > 1)$before.name#end#set($before = $i)#end",
                "#if($name && !$late || $order.total == '2')a#elseif($any)b#else c#end",
                "#macro(row $i)$i.name#end#row($order.items[0])",
                "#row($order.items[0] $name)#macro(row $i $n)$i.amount $n#end",
                "#macro(opt $a $b = 'x')$a$b#end#opt($name)",
                "#macro(down $n)#if($n > 0)#set($m = $n - 1)#down($m)#end#end#down(2)",
                "#@box($name)inner $name#end#macro(box $t)$t $bodyContent#end",
                "#define($block)$name#end$block",
                "${order.total|'free'} ${name|$order.total}",
                "$fmt.number(1.5) $fmt.number($order.number, 2) $fmt.currency($order.total, 'EUR') $raw.html($name)",
                "$msg.get('hello', $name) #set($key = 'hello')$msg.get($key, $name) $msg.html('hello', $order.number)",
                "\\$order.items $5 100% #fff &#39; user@example.com #* $no *# #[[ $no ]]# ## $no",
                "\t\\$order.items and \t\\$order.items \\\\\\$order.items",
                "#macro(opt $v)#set($x = $v)#end#opt($name)#opt($order)$x.total#opt($name)$x.length()",
                "$any.thing $any.thing.length() $any.size()",
                "$name.substring($order.items.size()) $name.contains(1) $name.equals($late) $extra.containsKey(1)",
                "#set($i = 1 - 1)$order.items[$i].name $order.items.get($i).name $any.get('thing').substring($i)",
                "$fmt.number('2.5') $fmt.number($order.number, 2)",
                "$name.toUpperCase().substring(0, 1).isEmpty() $order.number.toString() $late",
                "#if($order.total.isEmpty())#stop#end #foreach($i in [1..9])#break#end",
            })
    void what_fits_renders(String html) throws IOException {
        write("mail/html.vm", html);

        assertThat(check().errors()).isEmpty();
        assertThatCode(this::render).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$nmae",
                "${nmae}",
                "$!nmae",
                "\\$nmae",
                "$order.totl",
                "$order['totl'].length()",
                "$order.total.cents",
                "$order.items.name",
                "$order.items.first().name",
                "$order.total()",
                "$name.getClass()",
                "$name.substring()",
                "$late.length()",
                "$order",
                "\\\\$order",
                "\\ $order",
                "$order.items",
                "#set($order.total = 5)",
                "#set($order.items[0] = 'x')",
                "#set($ordr.total = 1)",
                "#set($m = {'a': 1})#set($m.a = 2)",
                "$extra",
                "#foreach($i in $order.items)$i.nam#end",
                "#foreach($i in $order.items)$foreach.nth#end",
                "#foreach($i in $order.items)#end$i",
                "$foreach.index",
                "#foreach($i in $name)$i#end",
                "#foreach($i in $order.number)$i#end",
                "#foreach($i in $ordr.items)$i#end",
                "#set($x = $order)$x.totl",
                "#set($x = $nmae)",
                "$x #set($x = 1)",
                "#set($s = \"Hello $nmae\")",
                "#if($nmae == 'x')a#end",
                "#if($nmae.x)a#end",
                "#macro(row $i)$i.nam#end#row($order.items[0])",
                "#macro(row $i)$nmae#end#row($order.items[0])",
                "#macro(row $i)$i#end#row($nmae)",
                "#@box()$nmae#end#macro(box)$bodyContent#end",
                "#define($block)$nmae#end$block",
                "$fmt.money(1)",
                "$fmt.number()",
                "$msg.get('none')",
                "$msg.get('hello')",
                "$msg.get('hello', $order)",
                "$msg.get($order)",
                "$order.items.get('a')",
                "$order.items['a'].name",
                "$order.items[$name].name",
                "$name.substring('x')",
                "$name.substring(0, $late)",
                "$name.contains($order.items)",
                "$extra.containsKey($order)",
                "$extra[$order]",
                "$fmt.date($order.number, 'long')",
                "$fmt.dateTime('2026-11-21T10:30:00Z', 'long', 2)",
                "$fmt.date('2026-11-21', 3)",
                "$fmt.number($late)",
                "$fmt.number('x')",
                "$fmt.number(1, $name)",
                "$fmt.currency($order, 'EUR')",
                "$fmt.currency(1, 2)",
                "$raw.html($order)",
                "$msg",
            })
    void what_does_not_fit_does_not_render(String html) throws IOException {
        write("mail/html.vm", html);

        assertThat(check().errors()).isNotEmpty();
        assertThatCode(this::render).isInstanceOf(InvalidEmailException.class);
    }

    /** In a layout the same is right, because the layout serves other templates too. */
    @Test
    void a_condition_on_what_is_never_there_is_wrong_in_the_template_only() throws IOException {
        write("mail/html.vm", "$name");
        write("layout.html.vm", "#if($campaign)$campaign.id#else$content#end#if(!$campaign)#else$campaign#end");
        assertThat(check().errors()).isEmpty();
        assertThatCode(this::render).doesNotThrowAnyException();

        write(
                "layout.html.vm",
                "#if($campaign && $campaign.id == 3)x#elseif(!$campaign || $campaign.id == 4)$content#else$content#end"
                        + "#if($campaign.id && $name)x#end");
        assertThat(check().errors())
                .extracting(VariableReport.Problem::message)
                .containsExactly("layout.html.vm[line 1]: $campaign: the record Mail has no component 'campaign';"
                        + " it has name, order, late, extra, any");

        write("layout.html.vm", "$content");
        write("mail/html.vm", "#if($nmae)x#end");
        assertThat(check().errors())
                .extracting(VariableReport.Problem::message)
                .containsExactly(
                        "mail/html.vm[line 1]: $nmae: the record Mail has no component 'nmae'; did you mean 'name'?");
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void macros_that_call_macros_are_each_gone_through_once() throws IOException {
        StringBuilder macros = new StringBuilder("#macro(m40 $x = 1)$x#end");
        for (int i = 0; i < 40; i++) {
            macros.append("#macro(m" + i + " $x = 1)#m" + (i + 1) + "()#m" + (i + 1) + "()#end");
        }
        write("mail/html.vm", macros + "#m0()");

        assertThat(check().errors()).isEmpty();
    }

    @Test
    void unused_variables_are_told_when_nothing_is_wrong() throws IOException {
        write("mail/html.vm", "$name #foreach($any in [1])$any#end");
        write("mail/subject.vm", "$order.number");
        write("layout.html.vm", "$content #if($extra)x#end");

        assertThat(check().unused()).containsExactly("late", "any");
    }

    @Test
    void an_empty_text_is_no_part() throws IOException {
        write("mail/html.vm", "$name");
        write("mail/text.vm", "\n");
        write("layout.text.vm", "$nothing");

        assertThat(check().errors()).isEmpty();
    }

    private VariableReport check() {
        return Templates.in(root).check("mail", MAIL);
    }

    private void render() {
        Templates.in(root).preview("mail", null, VARIABLES);
    }

    private void write(String name, String content) throws IOException {
        Files.createDirectories(root.resolve("mail"));
        Files.writeString(root.resolve("messages.properties"), "hello=Hello {0}");
        Files.writeString(root.resolve(name), content);
    }

    private static Structure structure(String name, Object... parts) {
        Map<String, VariableType> all = new LinkedHashMap<>();
        for (int i = 0; i < parts.length; i += 2) {
            all.put((String) parts[i], (VariableType) parts[i + 1]);
        }
        return new Structure(name, () -> all);
    }
}
