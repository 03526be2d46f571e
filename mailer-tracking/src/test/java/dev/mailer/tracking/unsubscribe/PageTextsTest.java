// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageTextsTest {
    private static final Pattern PLACE = Pattern.compile("\\{[^}]*}");

    static List<String> languages() {
        return PageTexts.LANGUAGES;
    }

    @ParameterizedTest
    @MethodSource("languages")
    void every_language_says_the_same_with_the_same_places(String language) {
        assertThat(places(PageTexts.in(language))).isEqualTo(places(PageTexts.in("en")));
    }

    @ParameterizedTest
    @MethodSource("languages")
    void every_place_is_filled(String language) {
        PageTexts texts = PageTexts.in(language);
        for (String key : texts.keys()) {
            assertThat(texts.get(key, Map.of("address", "{list}", "list", "<b>"))
                            .toString())
                    .doesNotContain("{address}", "<b>")
                    .isNotBlank();
        }
        assertThat(texts.direction()).isIn("ltr", "rtl");
    }

    private static Map<String, List<String>> places(PageTexts texts) {
        Map<String, List<String>> places = new TreeMap<>();
        for (String key : new TreeSet<>(texts.keys())) {
            places.put(
                    key,
                    PLACE.matcher(texts.get(key).toString())
                            .results()
                            .map(MatchResult::group)
                            .sorted()
                            .toList());
        }
        return places;
    }
}
