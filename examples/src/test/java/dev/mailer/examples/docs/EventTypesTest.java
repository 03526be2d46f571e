// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.webhooks.EventWords;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the lists of types in the documents to the types that there are. */
class EventTypesTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void each_type_of_event_is_explained() {
        String types = between("events.md", "## Types", "## Fields");

        assertThat(words(Pattern.compile("^\\| (`.*?`) \\|", Pattern.MULTILINE)
                        .matcher(types)
                        .results()
                        .map(row -> row.group(1))))
                .containsExactlyInAnyOrderElementsOf(all(type -> type.name().toLowerCase(Locale.ROOT)));
    }

    @Test
    void each_type_of_webhook_is_listed() {
        Set<String> expected = all(EventWords::of);
        expected.remove(EventWords.of(EventType.UNKNOWN));

        assertThat(words(Stream.of(between("webhooks.md", "| `type` | ", "; more may come"))))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Set<String> all(Function<EventType, String> word) {
        Set<String> all = new TreeSet<>();
        for (EventType type : EventType.values()) {
            all.add(word.apply(type));
        }
        return all;
    }

    private static Set<String> words(Stream<String> texts) {
        Set<String> words = new TreeSet<>();
        texts.forEach(text -> CODE.matcher(text).results().forEach(code -> words.add(code.group(1))));
        return words;
    }

    private static String between(String document, String from, String to) {
        String text = SourceTree.read(SourceTree.root().resolve(Path.of("docs", document)));
        int begin = text.indexOf(from) + from.length();
        return text.substring(begin, text.indexOf(to, begin));
    }
}
