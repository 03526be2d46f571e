// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Bytes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fields of a form in either of the encodings that browsers and mail programs send. The body's size must be bounded before. */
final class FormFields {
    private static final int MAX_FIELDS = 500;
    private static final Pattern BOUNDARY =
            Pattern.compile(";\\h*boundary=(?:\"([^\"]{1,100})\"|([^\\s;\"]{1,100}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile(
            "content-disposition:\\h*form-data\\b[^\\r\\n]*?;\\h*name=(?:\"([^\"]{0,200}+)\"|([^\\s;\"]{1,200}+))",
            Pattern.CASE_INSENSITIVE);

    private record Field(String name, String value) {}

    private final List<Field> fields = new ArrayList<>();

    private FormFields() {}

    /** Null when the body is no form. */
    static @Nullable FormFields read(@Nullable String contentType, Bytes body) {
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        FormFields form = new FormFields();
        if (type.equals("application/x-www-form-urlencoded")) {
            form.readPairs(body.asUtf8());
            return form;
        }
        Matcher boundary = BOUNDARY.matcher(contentType == null ? "" : contentType);
        if (type.equals("multipart/form-data") && boundary.find()) {
            form.readParts(body.asUtf8(), boundary.group(1) == null ? boundary.group(2) : boundary.group(1));
            return form;
        }
        return null;
    }

    /** The first value of a field; empty when there is none. */
    String first(String name) {
        return fields.stream()
                .filter(field -> field.name.equals(name))
                .findFirst()
                .map(Field::value)
                .orElse("");
    }

    List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name.equals(name))
                .map(Field::value)
                .toList();
    }

    private void readPairs(String body) {
        // some senders end the body with a line end
        for (String pair : body.strip().split("&", MAX_FIELDS + 1)) {
            String[] parts = pair.split("=", 2);
            add(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
        }
    }

    /**
     * Reads parts by their lines. A delimiter is taken with and without the two dashes in front of the boundary, because the example of
     * RFC 8058 §8.3 is printed without them.
     */
    private void readParts(String body, String boundary) {
        String name = null;
        StringBuilder value = null;
        boolean inPart = false;
        for (String line : body.split("\r?\n", -1)) {
            String bare = line.stripTrailing();
            boolean opens = bare.equals("--" + boundary) || bare.equals(boundary);
            boolean closes = bare.equals("--" + boundary + "--") || bare.equals(boundary + "--");
            if (opens || closes) {
                if (name != null && value != null) {
                    add(name, value.toString());
                }
                name = null;
                value = null;
                inPart = opens;
                if (closes) {
                    return;
                }
            } else if (inPart && value == null) {
                Matcher header = NAME.matcher(line);
                if (line.isEmpty()) {
                    value = new StringBuilder();
                } else if (header.lookingAt()) {
                    name = header.group(1) == null ? header.group(2) : header.group(1);
                }
            } else if (value != null) {
                value.append(value.isEmpty() ? "" : "\n").append(line);
            }
        }
    }

    private void add(String name, String value) {
        if (fields.size() < MAX_FIELDS) {
            fields.add(new Field(name, value));
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
