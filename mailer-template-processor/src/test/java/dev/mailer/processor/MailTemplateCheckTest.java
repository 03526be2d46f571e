// SPDX-License-Identifier: Apache-2.0
package dev.mailer.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailTemplateCheckTest {
    private static final String IN = " (templates in PROJECT/src/main/resources/mail)";
    private static final String ORDER = "record Order(long number, String total, List<Item> items) {}";
    private static final String ITEM = "record Item(String name, int amount) {}";
    private static final String[] RECEIPT = {
        "@MailTemplate(\"receipt\") record Receipt(String name, Order order) {}", ORDER, ITEM
    };

    @TempDir
    private Path project;

    private Compilation compilation;

    @BeforeEach
    void project() {
        compilation = new Compilation(project);
    }

    @Test
    void a_template_that_fits_is_silent() {
        receipt("""
                <p>Hello $name, ${order.number}: $!{order.total}, $order["total"], $order.get("total")</p>
                #set($sum = $order.items.size() + 1)
                #foreach($item in $order.items)
                $foreach.count $item.name.toUpperCase() #if($foreach.hasNext), #end
                #set($last = $item) $last.amount
                #else none #end
                #foreach($n in [1..3])$n#end
                "$sum" $fmt.number($sum) $order.items[0].name $order.items.get(0).amount
                #if($order.total.isEmpty())#elseif($sum == 3 && !$name)#else ${order.total|'free'} #end
                #define($block)$name#end $block
                #macro(row $i)<td>$i.name</td>#end #row($order.items[0])
                #@box()$name#end #macro(box)$bodyContent#end
                color: #fff; \\$order.items costs $5 &#39; ## $nothing
                #* $nothing *# #[[ $nothing ]]#
                """);

        assertThat(compilation.members(RECEIPT)).isEmpty();
    }

    @Test
    void code_that_is_half_written_is_for_the_compiler_to_tell() {
        receipt("$nmae");

        assertThat(compilation.members("@MailTemplate record R(String a) {}"))
                .singleElement()
                .asString()
                .startsWith(
                        "ERROR 1: annotation @dev.mailer.api.MailTemplate is missing a default value for the element");
        assertThat(compilation.members("@MailTemplate class R {}"))
                .singleElement()
                .asString()
                .startsWith("ERROR 1: annotation @dev.mailer.api.MailTemplate is missing");
        assertThat(compilation.members("@MailTemplate(NotYet.NAME) record R(String a) {}"))
                .isNotEmpty()
                .allMatch(d -> d.startsWith("ERROR 1: cannot find symbol"));
        assertThat(compilation.members("@MailTemplate(12) record R(String a) {}"))
                .isNotEmpty()
                .allMatch(d -> d.startsWith("ERROR 1: incompatible types"));
        assertThat(compilation.members("@MailTemplate(\"receipt\") void m() {}"))
                .isNotEmpty()
                .allMatch(d -> d.contains("not applicable"));
    }

    @Test
    void a_misspelt_variable_is_an_error_with_file_line_and_the_nearest_component() {
        receipt("<p>\n  Hello $nmae, $name</p>$order.number");

        assertThat(compilation.members(RECEIPT))
                .containsExactly("ERROR 1: receipt/html.vm[line 2]: $nmae: the record Receipt has no component 'nmae';"
                        + " did you mean 'name'?" + IN);
    }

    @Test
    void a_variable_that_is_like_nothing_names_what_there_is() {
        receipt("$unsubscribeLink");

        assertThat(compilation.members(RECEIPT))
                .containsExactly("ERROR 1: receipt/html.vm[line 1]: $unsubscribeLink: the record Receipt has no"
                        + " component 'unsubscribeLink'; it has name, order" + IN);
    }

    @Test
    void nested_records_are_looked_into() {
        receipt("$name $order.totl ${order.total.cents} #if($order.itms) #end $!order.x.y");

        assertThat(compilation.members(RECEIPT))
                .containsExactly(
                        "ERROR 1: receipt/html.vm[line 1]: $order.totl: the record Order has no component 'totl';"
                                + " did you mean 'total'?" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $order.total.cents: a string has no 'cents'" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $order.itms: the record Order has no component 'itms';"
                                + " did you mean 'items'?" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $order.x: the record Order has no component 'x';"
                                + " it has number, total, items" + IN);
    }

    @Test
    void loops_know_what_they_go_through() {
        receipt("#foreach($i in $order.items)\n$i.nam $foreach.cuont\n#end\n$i.name $name #foreach($x in $name)#end");

        assertThat(compilation.members(RECEIPT))
                .containsExactly(
                        "ERROR 1: receipt/html.vm[line 2]: $i.nam: the record Item has no component 'nam';"
                                + " did you mean 'name'?" + IN,
                        "ERROR 1: receipt/html.vm[line 2]: $foreach.cuont: a loop has no 'cuont';"
                                + " did you mean 'count'?" + IN,
                        "ERROR 1: receipt/html.vm[line 4]: $i: the record Receipt has no component 'i';"
                                + " it has name, order" + IN,
                        "ERROR 1: receipt/html.vm[line 4]: $name: a loop cannot go through a string" + IN);
    }

    @Test
    void macros_and_strings_are_looked_into() {
        receipt("$name #macro(row $i)$i.nmae#end\n#row($order.items[0])#set($s = \"x\n$order.totl\")$s");

        assertThat(compilation.members(RECEIPT))
                .containsExactly(
                        "ERROR 1: receipt/html.vm[line 1]: $i.nmae: the record Item has no component 'nmae';"
                                + " did you mean 'name'?" + IN,
                        "ERROR 1: receipt/html.vm[line 3]: $order.totl: the record Order has no component 'totl';"
                                + " did you mean 'total'?" + IN);
    }

    @Test
    void what_cannot_be_printed_or_called_is_an_error() {
        receipt("$order $name.reverse() $order.items $fmt.money(1) $order.total() $msg.get('x')");

        assertThat(compilation.members(RECEIPT))
                .containsExactly(
                        "ERROR 1: receipt/html.vm[line 1]: $order: prints the record Order, of which only parts can be"
                                + " printed" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $name.reverse(): this cannot be called of a string" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $order.items: prints a list, of which only parts can be"
                                + " printed" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $fmt.money(): there is no such call with 1 values in"
                                + " brackets" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $order.total(): this cannot be called of the record Order"
                                + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $msg.get(): there is no message 'x'; add it to"
                                + " messages.properties" + IN);
    }

    @Test
    void what_is_set_is_known_from_there_on() {
        receipt("$late #set($late = 1) $late $name $order.number #if(!$first)#set($first = true)#end");

        assertThat(compilation.members(RECEIPT))
                .containsExactly("ERROR 1: receipt/html.vm[line 1]: $late: the record Receipt has no component 'late';"
                        + " it has name, order" + IN);
    }

    @Test
    void what_is_not_known_is_taken_for_right() {
        compilation.file(
                "free/text.vm", "$any.thing.at(1).all $map.anything.x #foreach($e in $map.entrySet())$e.key#end");

        assertThat(compilation.members("@MailTemplate(\"free\") record Free(Object any, Map<String, Object> map) {}"))
                .isEmpty();
    }

    @Test
    void a_missing_template_is_an_error() {
        receipt("$name");

        assertThat(compilation.members("@MailTemplate(\"reciept\") record Receipt(String name) {}"))
                .containsExactly("ERROR 1: there is no template 'reciept'; did you mean 'receipt'?" + IN);
    }

    @Test
    void a_component_that_nothing_uses_is_a_warning_that_can_be_silenced() {
        receipt("$name");
        String warning = "no file of the template uses 'order'; remove it, or silence this with"
                + " @SuppressWarnings(\"mailer.unused\")";

        assertThat(compilation.members(RECEIPT)).containsExactly("WARNING 1: " + warning);
        assertThat(compilation.members("@MailTemplate(\"receipt\")\nrecord Receipt(String name,\n"
                        + "@SuppressWarnings(\"mailer.unused\") String order) {}"))
                .isEmpty();
        assertThat(compilation.members("@SuppressWarnings({\"x\", \"mailer.unused\"}) @MailTemplate(\"receipt\")\n"
                        + "record Receipt(String name, String order) {}"))
                .isEmpty();
    }

    @Test
    void a_type_that_no_mail_takes_is_an_error() {
        receipt("$name #foreach($d in $dates)$d#end $c #foreach($x in $m)$x#end $when $many");

        List<String> told = compilation.members(
                "@MailTemplate(\"receipt\") record Receipt(",
                "String name,",
                "List<Date> dates,",
                "char c,",
                "Map<Integer, String> m,",
                "Instant when,",
                "Set<String> many) {}");

        assertThat(told)
                .containsExactly(
                        refused(3, "'dates[]' is a java.util.Date", ""),
                        refused(4, "'c' is a char", ""),
                        refused(
                                5,
                                "'m' is a java.util.Map<java.lang.Integer,java.lang.String>",
                                ", whose keys are strings"),
                        refused(7, "'many' is a java.util.Set<java.lang.String>", ""));
    }

    @Test
    void a_name_that_is_taken_is_an_error_of_the_component() {
        receipt("$name $raw.html($name)").file("layout.html.vm", "$content");

        assertThat(compilation.members(
                        "@MailTemplate(\"receipt\") record Receipt(String name,", "String raw,", "String content) {}"))
                .containsExactly(
                        "ERROR 2: the variable 'raw' is reserved for $raw, which templates call" + IN,
                        "ERROR 3: the variable 'content' is reserved for $content of the layout" + IN);
    }

    @Test
    void layouts_see_the_components_and_what_the_template_sets() {
        receipt("#set($title = 'x')$name $order.number")
                .file(
                        "layout.html.vm",
                        "$title $name $content\n$nmae #if($campaign)$campaign#end #if(!$x && $name)$x#end");

        assertThat(compilation.members(RECEIPT))
                .containsExactly(
                        "ERROR 1: layout.html.vm[line 2]: $nmae: the record Receipt has no component 'nmae';"
                                + " did you mean 'name'?" + IN,
                        "ERROR 1: layout.html.vm[line 2]: $x: the record Receipt has no component 'x';"
                                + " it has name, order, title" + IN);
    }

    @Test
    void each_language_is_looked_at() {
        receipt("$name $order.number").file("receipt/html.de-AT.vm", "$name\n$ordr.number");

        assertThat(compilation.members(RECEIPT))
                .containsExactly("ERROR 1: receipt/html.de-AT.vm[line 2]: $ordr: the record Receipt has no component"
                        + " 'ordr'; did you mean 'order'?" + IN);
    }

    @Test
    void a_template_may_be_there_in_its_languages_only() {
        compilation.file("receipt/text.de.vm", "$name").file("messages_fr.properties", "a=b");

        assertThat(compilation.members("@MailTemplate(\"receipt\") record Receipt(String name) {}"))
                .isEmpty();
    }

    @Test
    void messages_get_what_they_take() {
        receipt("$msg.get('hello', $name, $order.number)\n$msg.get('hello', $name)\n$msg.html('hello', $nmae, $order)")
                .file("messages.properties", "hello=Hello {0}, {1}")
                .file("messages_de.properties", "hello=Hallo {0} {1} {2}");

        assertThat(compilation.members(RECEIPT))
                .containsExactly(
                        "ERROR 1: receipt/html.vm[line 2]: $msg.get(): the message 'hello' takes 2 values and is given 1"
                                + IN,
                        "ERROR 1: receipt/html.vm[line 3]: $nmae: the record Receipt has no component 'nmae';"
                                + " did you mean 'name'?" + IN,
                        "ERROR 1: receipt/html.vm[line 3]: $msg.html(): is given the record Order for {1}" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $msg.get(): the message 'hello' takes 3 values and is given 2"
                                + IN,
                        "ERROR 1: receipt/html.vm[line 2]: $msg.get(): the message 'hello' takes 3 values and is given 1"
                                + IN,
                        "ERROR 1: receipt/html.vm[line 3]: $msg.html(): the message 'hello' takes 3 values and is given"
                                + " 2" + IN);
    }

    @Test
    void what_does_not_parse_is_an_error_with_its_line() {
        receipt("<p>\n#if($name)\n");

        assertThat(compilation.members(RECEIPT))
                .singleElement()
                .asString()
                .startsWith("ERROR 1: receipt/html.vm does not parse: ")
                .contains("receipt/html.vm[line 3, column 1]");
    }

    @Test
    void several_records_are_each_looked_at() {
        receipt("$name").file("welcome/text.vm", "$first");

        assertThat(compilation.members(
                        "@MailTemplate(\"receipt\") record Receipt(String nam) {}",
                        "@MailTemplate(\"welcome\") record Welcome(String first) {}",
                        "@MailTemplate(\"welcome\") record Again(String last) {}"))
                .extracting(told -> told.substring(0, 60))
                .containsExactly(
                        "ERROR 1: receipt/html.vm[line 1]: $name: the record Receipt ",
                        "ERROR 3: welcome/text.vm[line 1]: $first: the record Again h");
    }

    @Test
    void records_may_be_generic_or_hold_themselves() {
        compilation.file(
                "tree/text.vm", "$root.value $root.children[0].children[0].vlue #foreach($i in $page.items)$i.nam#end");

        assertThat(compilation.members(
                        "@MailTemplate(\"tree\") record Tree(Node root, Page<Item> page) {}",
                        "record Node(String value, List<Node> children) {}",
                        "record Page<T>(List<? extends T> items) {}",
                        ITEM))
                .containsExactly(
                        "ERROR 1: tree/text.vm[line 1]: $root.children[].children[].vlue: the record Node has no"
                                + " component 'vlue'; did you mean 'value'?" + IN,
                        "ERROR 1: tree/text.vm[line 1]: $i.nam: the record Item has no component 'nam';"
                                + " did you mean 'name'?" + IN);
    }

    @Test
    void types_that_go_on_for_ever_are_looked_into_so_far() {
        compilation.file("tree/text.vm", "$box.in.in.in.nam $box.value $list[0][0][0][0][0][0][0][0].x[0].y");

        assertThat(compilation.members(
                        "@MailTemplate(\"tree\") record Tree<T extends List<T>>(Box<String> box, T list) {}",
                        "record Box<T>(Box<Map<T, T>> in, Other<List<T>> other, String value) {}",
                        "record Other<T>(Box<List<T>> box, Box<Other<T>> more, List<? extends Box<List<T>>> list) {}"))
                .containsExactly("ERROR 1: tree/text.vm[line 1]: $box.in.in.in.nam: the record Box has no component"
                        + " 'nam'; it has in, other, value" + IN);
    }

    @Test
    void what_a_call_does_not_take_is_an_error() {
        receipt("$order.items.get('a') $name.substring('x')\n$fmt.date($order.number, 'long') $fmt.number('x') "
                + "$fmt.currency($order.total, 'EUR') $name.contains($order)");

        assertThat(compilation.members(RECEIPT))
                .containsExactly(
                        "ERROR 1: receipt/html.vm[line 1]: $order.items.get(): is given a string for a number" + IN,
                        "ERROR 1: receipt/html.vm[line 1]: $name.substring(): is given a string for a number" + IN,
                        "ERROR 1: receipt/html.vm[line 2]: $fmt.date(): is given a number for a string" + IN,
                        "ERROR 1: receipt/html.vm[line 2]: $fmt.number(): is given 'x' for a number" + IN,
                        "ERROR 1: receipt/html.vm[line 2]: $name.contains(): is given the record Order for a string,"
                                + " number or boolean" + IN);
    }

    @Test
    void a_class_is_no_record() {
        assertThat(compilation.members("@MailTemplate(\"receipt\") class Receipt {}"))
                .containsExactly("ERROR 1: Receipt is no record; @MailTemplate is for records, whose components are the"
                        + " variables");
    }

    private Compilation receipt(String html) {
        return compilation.file("receipt/html.vm", html);
    }

    private static String refused(int line, String what, String more) {
        return "ERROR " + line + ": " + what + ", which no mail takes; allowed are strings, numbers, booleans, enums,"
                + " what java.time has, records, and lists and maps of them" + more;
    }
}
