// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From the most to the least specific language: {@code de-AT}, {@code de}, and the empty tag of files that name none. */
final class LocaleChain {
    private LocaleChain() {}

    static List<String> of(@Nullable Locale locale) {
        List<String> tags = new ArrayList<>();
        String tag = locale == null ? "" : locale.toLanguageTag();
        while (!tag.isEmpty()) {
            tags.add(tag);
            int cut = tag.lastIndexOf('-');
            tag = cut < 0 ? "" : tag.substring(0, cut);
        }
        tags.add("");
        return tags;
    }
}
