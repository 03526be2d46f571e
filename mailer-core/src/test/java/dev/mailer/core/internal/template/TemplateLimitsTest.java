// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.InvalidEmailException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a template does, it ends soon, with the mail or with an error that says where. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TemplateLimitsTest {
    private static final Map<String, Object> NUMBERS = Map.of(
            "quota",
            "1e100000000",
            "used",
            "1",
            "digits",
            "7".repeat(1_000_000),
            "huge",
            new BigDecimal("1e999999999"),
            "tiny",
            new BigDecimal("1e-999999999"),
            "big",
            BigInteger.ONE.shiftLeft(4_000_000),
            "one",
            1);

    private final VelocityTemplates templates =
            new VelocityTemplates(Path.of("none"), InstantSource.system(), Duration.ZERO);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#set($x = $quota - $used)$x",
                "#set($x = $used - $quota)$x",
                "#set($x = $digits * $digits)",
                "#set($x = $huge + $tiny)$x",
                "#set($x = $huge * $huge)$x",
                "#set($x = $one / $tiny)$x",
                "#set($x = $big % $one)$x",
                "#set($x = -$digits)",
                "#if($digits == 1)x#end",
                "#if(1 != $digits)x#end",
                "#if($quota > $used)x#end",
                "#if($huge < $one)x#end",
                "#if($one >= $tiny)x#end",
                "#if($big <= 1.5)x#end",
                "#foreach($i in [1..$quota])x#end",
                "#foreach($i in [$huge..$one])x#end",
            })
    void numbers_are_short_where_they_are_calculated_with_or_compared(String payload) {
        assertThatThrownBy(() -> text("one\n" + payload, NUMBERS))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: ")
                .hasMessageContaining(" of more than 40 digits at t/text.vm[line 2, column ");
    }

    @Test
    void what_arithmetic_cannot_do_is_an_error_of_the_template() {
        Map<String, Object> variables = Map.of("a", new BigDecimal("1.5"), "b", 2, "c", 1e308);

        assertThatThrownBy(() -> text("#set($x = $a % $b)$x", variables))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: t/text.vm does not render: ");
        assertThatThrownBy(() -> text("#set($x = $c * $c + $a)$x", variables))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: t/text.vm does not render: ");
    }

    @Test
    void ordinary_sums_and_comparisons_are_as_ever() {
        Map<String, Object> variables =
                Map.of("n", 3, "price", "2.50", "s", "x".repeat(100), "code", "9e999999", "yes", true);

        assertThat(text("#set($x = $n * $price + 1 - 2 / 1 % 5)$x", variables)).isEqualTo("6.500");
        assertThat(text("#set($x = -$n)$x #foreach($i in [3..1])$i#end", variables))
                .isEqualTo("-3 321");
        assertThat(text("#set($x = 'a' + $n + $price + $yes)$x", variables)).isEqualTo("a32.50true");
        assertThat(text("#if($price == 2.5 && $n >= 3 && $n != '4' && $yes == true)x#end", variables))
                .isEqualTo("x");
        assertThat(text("#if($code == '9e999999')x#end#if($s != 1)y#end#if($s != true)z#end", variables))
                .isEqualTo("xyz");
        assertThat(text("#if($s == $null)x#{else}y#end", nullable(variables))).isEqualTo("y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#set($x = [1..2000000000] + '')",
                "#set($x = '' + [1..2000000000])",
                "#if([1..2000000000] == 1)x#end",
                "#if('' != [1..2000000000])x#end",
                "#set($l = [1..200000])#if($l == '')x#end",
                "#set($l = [1..200000])#set($x = $l + '')",
                "#set($l = [1..200000])$s.contains($l)",
                "#set($l = [1..200000])$s.equals($l)",
                "#set($l = [1..200000])$msg.get($l)",
                "#set($l = [1..200000])$raw.html($l)",
                "#set($l = [1..200000])$fmt.currency(1, $l)",
                "$s.contains([1..2000000000])",
                "$msg.get([1..2000000000])",
                "$raw.html([1..2000000000])",
                "#set($l = [0..2147483647])$l.contains('x')",
                "#set($l = [-2147483648..2147483647])$l.size()",
                "#set($s = \"#foreach($j in [1..200000])$long#end\")",
                "#define($d)#foreach($j in [1..200000])$long#end#end#set($s = \"$d\")",
                "#define($d)#foreach($j in [1..200000])$long#end#end#set($s = $d + '')",
                "#define($d)#foreach($j in [1..200000])$long#end#end$raw.html($d)",
                "#set($l = [])#foreach($i in [1..200000])#set($l = [$l, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])#end",
                "#set($m = {})#foreach($i in [1..200000])#set($m = {'a': $m, 'b': 1, 'c': 1, 'd': 1, 'e': 1, 'f': 1, 'g': 1, 'h': 1})#end",
                "#set($n = 9)#foreach($i in [1..40])#set($n = $n * $n)#end",
                "#set($n = 0.9)#foreach($i in [1..40])#set($n = $n * $n * '1.0')#end",
                "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end#if($l == 1)x#end",
                "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end#set($m = {$l: 1})",
                "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end$map.get($l)",
                "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end$map[$l]",
                "#set($l = [1])#set($m = [1])#foreach($i in [1..60])#set($l = [$l, $l])#set($m = [$m, $m])#end"
                        + "#set($a = [$l])$a.contains($m)",
                "#set($a = \"$many$many\")#set($b = \"$many~\")$a.contains($b)",
                "#set($a = \"$many$many\")#set($b = \"~$many\")$a.lastIndexOf($b)",
            })
    void nothing_gets_past_the_budget(String payload) {
        String many = "x".repeat(1_000_000);
        Map<String, Object> variables =
                Map.of("s", "text", "long", "x".repeat(10_000), "many", many, "map", Map.of("k", "v"));

        assertThatThrownBy(() -> text(payload, variables))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: ");
    }

    @Test
    void searching_costs_what_it_can_take() {
        Map<String, Object> variables = Map.of("text", "some words of a description ".repeat(1_000), "l", List.of(1));

        assertThat(text("#foreach($i in [1..500])#if($text.contains('words of'))x#end#end", variables))
                .hasSize(500);
        assertThat(text("$l.contains(1) $text.contains($text) $text.indexOf('of')", variables))
                .isEqualTo("true true 11");
    }

    private static Map<String, Object> nullable(Map<String, Object> variables) {
        Map<String, Object> all = new HashMap<>(variables);
        all.put("null", null);
        return all;
    }

    private String text(String source, Map<String, Object> variables) {
        return String.valueOf(templates
                .render(TemplateSource.of("t", null, source, null), null, variables)
                .text());
    }
}
