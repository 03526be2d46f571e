// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a header, from top to bottom. Immutable. */
final class HeaderBlock {
    private static final byte[] CRLF = {'\r', '\n'};

    private final List<HeaderField> fields;
    private final Map<String, List<HeaderField>> byName = new HashMap<>();

    private HeaderBlock(List<HeaderField> fields) {
        this.fields = fields;
        for (HeaderField field : fields) {
            byName.computeIfAbsent(field.name(), n -> new ArrayList<>(1)).add(field);
        }
    }

    /** Reads lines that end in CRLF; the array must not change afterwards. */
    static HeaderBlock of(byte[] octets, int length) {
        List<HeaderField> fields = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < length; i++) {
            boolean lineEnds = octets[i] == '\n';
            boolean goesOn = i + 1 < length && (octets[i + 1] == ' ' || octets[i + 1] == '\t');
            if (lineEnds && !goesOn) {
                fields.add(new HeaderField(octets, start, i - 1));
                start = i + 1;
            }
        }
        return new HeaderBlock(List.copyOf(fields));
    }

    List<HeaderField> fields() {
        return fields;
    }

    /** Those of the name, which is in lower case, from top to bottom. */
    List<HeaderField> named(String name) {
        return byName.getOrDefault(name, List.of());
    }

    int count(String name) {
        return named(name).size();
    }

    /**
     * Gives the fields that a list of names selects, canonical and each with its CRLF: of each name the lowest that was not
     * taken before, and nothing where there is none any more (RFC 6376 §5.4.2).
     *
     * @param names in lower case
     * @param except is passed over, as a signature does not sign itself; null for none
     */
    void select(List<String> names, @Nullable HeaderField except, Canonicalization form, Octets out) {
        Map<String, Integer> left = new HashMap<>();
        for (String name : names) {
            List<HeaderField> candidates = named(name);
            int next = left.getOrDefault(name, candidates.size()) - 1;
            if (next >= 0 && candidates.get(next) == except) {
                next--;
            }
            if (next >= 0) {
                candidates.get(next).canonical(form, out);
                out.take(CRLF, 0, 2);
            }
            left.put(name, Math.max(next, 0));
        }
    }
}
