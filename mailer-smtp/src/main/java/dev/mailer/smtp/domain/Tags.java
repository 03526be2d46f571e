// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and values as in {@code v=DMARC1; p=none} (RFC 7489 §6.4, RFC 8460 §3), in their order. Immutable. */
final class Tags {
    private final Map<String, String> values;

    private Tags(Map<String, String> values) {
        this.values = values;
    }

    /** Those of the texts that begin with this version. */
    static List<String> among(List<String> texts, String version) {
        return texts.stream()
                .filter(t -> t.matches("(?s)v[ \\t]*=[ \\t]*" + version + "[ \\t]*(?:;.*)?"))
                .toList();
    }

    /** @throws IllegalArgumentException what is wrong */
    static Tags parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        String[] parts = text.split(";", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].strip();
            int equals = part.indexOf('=');
            if (part.isEmpty() && i == parts.length - 1) {
                break;
            }
            String name = equals < 0 ? "" : part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            if (!name.matches("[a-z][a-z0-9_]*")) {
                throw new IllegalArgumentException("'" + Findings.word(part) + "' is no tag; expected name=value");
            }
            if (values.putIfAbsent(name, part.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException("the tag " + Findings.word(name) + "= is there twice");
            }
        }
        return new Tags(values);
    }

    @Nullable
    String find(String name) {
        return values.get(name);
    }

    /** The text with this value in place of what was there, or at the end. */
    String with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, value);
        StringBuilder text = new StringBuilder();
        changed.forEach((n, v) ->
                text.append(text.isEmpty() ? "" : "; ").append(n).append('=').append(v));
        return text.toString();
    }
}
