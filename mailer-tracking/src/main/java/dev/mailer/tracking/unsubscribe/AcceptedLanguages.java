// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads Accept-Language (RFC 9110 §12.5.4). What is no language is passed over, as is what comes behind a bound. */
final class AcceptedLanguages {
    private static final int MAX_LENGTH = 1_000;
    private static final int MAX_RANGES = 20;
    private static final Pattern RANGE = Pattern.compile(
            "\\h*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8})\\h*(?:;\\h*[qQ]=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)\\h*)?");

    private AcceptedLanguages() {}

    private record Wish(String language, double quality) {}

    /** The languages that somebody reads, the best first, in lower case: {@code pt-br}. */
    static List<String> of(@Nullable String header) {
        if (header == null) {
            return List.of();
        }
        String bounded = header.substring(0, Math.min(header.length(), MAX_LENGTH));
        List<Wish> wishes = new ArrayList<>();
        for (String range : bounded.split(",", MAX_RANGES + 1)) {
            Matcher parts = RANGE.matcher(range);
            if (parts.matches()) {
                double quality = parts.group(2) == null ? 1 : Double.parseDouble(parts.group(2));
                wishes.add(new Wish(parts.group(1).toLowerCase(Locale.ROOT), quality));
            }
        }
        return wishes.stream()
                .filter(wish -> wish.quality > 0)
                .sorted(Comparator.comparingDouble(Wish::quality).reversed())
                .map(Wish::language)
                .toList();
    }
}
