// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VariablesTest {
    /** A number that does not say which. */
    private static final class Riddle extends Number {
        private static final long serialVersionUID = 1L;

        @Override
        public int intValue() {
            return 1;
        }

        @Override
        public long longValue() {
            return 1;
        }

        @Override
        public float floatValue() {
            return 1;
        }

        @Override
        public double doubleValue() {
            return 1;
        }

        @Override
        public String toString() {
            return "one?";
        }
    }

    private static Map<String, Object> copy(Object value) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("v", value);
        return Variables.copyOf("template", variables);
    }

    private static Object nested(int depth) {
        Object value = "x";
        for (int i = 0; i < depth; i++) {
            value = i % 2 == 0 ? List.of(value) : Map.of("k", value);
        }
        return value;
    }

    static Stream<Object> plain() {
        return Stream.of(
                "text",
                true,
                (byte) 1,
                (short) 1,
                1,
                1L,
                1.5f,
                1.5d,
                Double.NaN,
                BigInteger.TEN,
                new BigDecimal("1.50"),
                List.of(1, "a", List.of()),
                Map.of("a", Map.of("b", List.of(true))));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void plain_values_are_kept(Object value) {
        assertThat(copy(value)).containsExactly(Map.entry("v", value));
    }

    @Test
    void null_is_a_value_also_inside() {
        List<Object> list = new ArrayList<>();
        list.add(null);

        assertThat(copy(null)).containsEntry("v", null);
        assertThat(copy(list)).containsEntry("v", list);
        assertThat(copy(Collections.singletonMap("a", null))).containsEntry("v", Collections.singletonMap("a", null));
    }

    @Test
    void the_order_of_keys_is_kept() {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (int i = 50; i > 0; i--) {
            ordered.put("k" + i, i);
        }

        assertThat(Variables.copyOf("template", ordered).keySet()).containsExactlyElementsOf(ordered.keySet());
    }

    @Test
    void a_copy_does_not_change_with_what_it_was_made_of() {
        List<Object> list = new ArrayList<>(List.of("a"));
        Map<String, Object> map = new HashMap<>(Map.of("list", list));
        StringBuilder text = new StringBuilder("before");
        AtomicInteger small = new AtomicInteger(1);
        AtomicLong large = new AtomicLong(2);
        LongAdder adder = new LongAdder();
        Map<String, Object> copy = copy(List.of(map, text, small, large, adder));

        list.add("b");
        map.put("more", 1);
        text.append(" and after");
        small.set(9);
        large.set(9);
        adder.add(9);

        assertThat(copy).containsEntry("v", List.of(Map.of("list", List.of("a")), "before", 1, 2L, BigDecimal.ZERO));
    }

    @Test
    @SuppressWarnings("unchecked")
    void a_copy_is_unmodifiable_through_and_through() {
        Map<String, Object> copy = copy(new ArrayList<>(List.of(new HashMap<>(Map.of("a", "b")))));

        assertThat(copy).isUnmodifiable();
        assertThat((List<Object>) copy.get("v")).isUnmodifiable();
        assertThat((Map<String, Object>) ((List<Object>) copy.get("v")).get(0)).isUnmodifiable();
    }

    static Stream<Arguments> foreign() {
        return Stream.<Object>of(
                        new Object(),
                        Optional.of("x"),
                        Set.of("x"),
                        'x',
                        Phase.DATA,
                        java.time.Instant.EPOCH,
                        String.class,
                        new Riddle())
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void objects_with_methods_of_their_own_are_refused(Object value) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> copy(List.of(Map.of("k", value))))
                .withMessage("template: variables.v[0].k is a "
                        + value.getClass().getName() + "; allowed are maps, lists, strings, numbers and booleans")
                .satisfies(e -> assertThat(e.field()).isEqualTo("template"));
    }

    @Test
    void arrays_are_refused() {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> copy(new String[] {"x"}))
                .withMessage(
                        "template: variables.v is a [Ljava.lang.String;; allowed are maps, lists, strings, numbers and"
                                + " booleans");
    }

    @Test
    void keys_are_strings() {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> copy(List.of(Map.of(1, "x"))))
                .withMessage("template: variables.v[0] has a key that is not a string");
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> copy(Collections.singletonMap(null, "x")))
                .withMessage("template: variables.v has a key that is not a string");
    }

    @Test
    void nesting_has_an_end() {
        assertThatNoException().isThrownBy(() -> copy(nested(31)));
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> copy(nested(32)))
                .withMessageStartingWith("template: variables.v")
                .withMessageEndingWith(" is nested deeper than 32");
    }

    @Test
    void a_list_that_holds_itself_is_refused() {
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        circle.add(circle);

        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> copy(circle))
                .withMessage("template: variables.v" + "[0]".repeat(32) + " is nested deeper than 32");
    }
}
