// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordVariablesTest {
    private enum Kind {
        GIFT
    }

    private record Item(String name, int amount) {}

    private record Order(long number, BigDecimal total, LocalDate due, Kind kind) {}

    @MailTemplate("receipt")
    private record Receipt(String name, Order order, List<Item> items, Map<String, Item> byName, boolean late) {}

    private record Nameless(String name) {}

    @MailTemplate("x")
    private record Holder(Object value) {}

    @Test
    void components_become_variables() {
        Order order = new Order(4711, new BigDecimal("22.10"), LocalDate.of(2026, 11, 21), Kind.GIFT);
        Item coffee = new Item("Coffee", 2);

        Content.Templated content =
                templated(new Receipt("Jo", order, Arrays.asList(coffee, null), Map.of("c", coffee), true));

        Map<String, Object> plain = Map.of("name", "Coffee", "amount", 2);
        assertThat(content.template()).isEqualTo("receipt");
        assertThat(content.variables().keySet()).containsExactly("name", "order", "items", "byName", "late");
        assertThat(content.variables())
                .containsEntry("name", "Jo")
                .containsEntry(
                        "order",
                        Map.of("number", 4711L, "total", new BigDecimal("22.10"), "due", "2026-11-21", "kind", "GIFT"))
                .containsEntry("items", Arrays.asList(plain, null))
                .containsEntry("byName", Map.of("c", plain))
                .containsEntry("late", true);
    }

    @Test
    void times_are_iso() {
        assertThat(templated(new Holder(Instant.EPOCH)).variables()).containsEntry("value", "1970-01-01T00:00:00Z");
        assertThat(templated(new Holder(Duration.ofMinutes(90))).variables()).containsEntry("value", "PT1H30M");
        assertThat(templated(new Holder(null)).variables()).containsEntry("value", null);
    }

    @Test
    void a_record_without_a_template_is_refused() {
        assertRefused(
                "template: Nameless names no template; add @MailTemplate(\"name\") to the record", new Nameless("x"));
    }

    @Test
    void what_is_nothing_plain_is_refused_by_its_path() {
        assertRefused(
                "template: variables.value[0] is a java.lang.Object; allowed are maps, lists, strings, numbers and booleans",
                new Holder(List.of(new Object())));
        assertRefused("template: variables.value has a key that is not a string", new Holder(Map.of(1, "x")));
    }

    @Test
    void nesting_is_bounded() {
        Object value = "x";
        for (int i = 0; i < 100_000; i++) {
            value = new Holder(value);
        }
        Record deep = (Record) value;

        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> templated(deep))
                .withMessageEndingWith("is nested deeper than 32");
    }

    private static Content.Templated templated(Record record) {
        return (Content.Templated) Email.builder()
                .from("a@example.com")
                .to("b@example.org")
                .template(record)
                .build()
                .content();
    }

    private static void assertRefused(String message, Record record) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> templated(record))
                .withMessage(message);
    }
}
