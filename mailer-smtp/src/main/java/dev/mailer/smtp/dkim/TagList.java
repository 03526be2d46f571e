// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and values as in {@code v=1; a=rsa-sha256} (RFC 6376 §3.2), read in one pass. Immutable. */
final class TagList {
    private final String text;
    private final Map<String, Tag> tags;

    /** Where the value stands in the text, with the blanks around it. */
    record Tag(int from, int to) {}

    private TagList(String text, Map<String, Tag> tags) {
        this.text = text;
        this.tags = tags;
    }

    /** @throws IllegalArgumentException no tag list, or a name appears twice */
    static TagList parse(String text) {
        Map<String, Tag> tags = new HashMap<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(';', start);
            if (end < 0) {
                end = text.length();
            }
            int equals = text.indexOf('=', start);
            if (equals < 0 || equals > end) {
                // Only behind the last semicolon may there be nothing.
                if (end < text.length() || !unfolded(text, start, end).isEmpty()) {
                    throw new IllegalArgumentException("a tag has no value");
                }
            } else {
                String name = unfolded(text, start, equals);
                if (!isName(name)) {
                    throw new IllegalArgumentException("a tag has a malformed name");
                }
                if (tags.put(name, new Tag(equals + 1, end)) != null) {
                    throw new IllegalArgumentException("the tag " + name + "= appears twice");
                }
            }
            start = end + 1;
        }
        return new TagList(text, tags);
    }

    /** The value without blanks around it; null when there is none of the name. */
    @Nullable
    String find(String name) {
        Tag tag = tags.get(name);
        return tag == null ? null : unfolded(text, tag.from(), tag.to());
    }

    /** The value without any blanks and line ends; null when there is none of the name. */
    @Nullable
    String compact(String name) {
        Tag tag = tags.get(name);
        if (tag == null) {
            return null;
        }
        StringBuilder value = new StringBuilder(tag.to() - tag.from());
        for (int i = tag.from(); i < tag.to(); i++) {
            if (!isBlank(text.charAt(i))) {
                value.append(text.charAt(i));
            }
        }
        return value.toString();
    }

    @Nullable
    Tag place(String name) {
        return tags.get(name);
    }

    private static String unfolded(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean later = (c >= '0' && c <= '9') || c == '_';
            if (!letter && !(later && i > 0)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
