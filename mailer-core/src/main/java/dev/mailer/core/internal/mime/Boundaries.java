// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.InvalidEmailException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What readers may take for the boundary of a multipart. They disagree about repeated, continued and encoded parameters
 * (RFC 2046 §5.1.1, RFC 2231 §3), so a limit that asks what a mail could be read as counts every reading.
 */
final class Boundaries {
    /** Most readings of one Content-Type. */
    static final int MAX = 16;

    private static final Pattern PARAMETER = Pattern.compile(
            "boundary(\\*[0-9]{0,3}\\*?)?\\s*=\\s*(?:\"([^\"]*)|([^\\s;\"]+))", Pattern.CASE_INSENSITIVE);

    private Boundaries() {}

    static Set<String> of(String contentType) {
        Set<String> readings = new LinkedHashSet<>();
        StringBuilder continued = new StringBuilder();
        Matcher parameter = PARAMETER.matcher(contentType);
        while (parameter.find()) {
            String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            add(readings, value);
            if (parameter.group(1) != null) {
                String part = parameter.group(1).endsWith("*") ? decoded(value) : value;
                add(readings, part);
                continued.append(part);
            }
        }
        add(readings, continued.toString());
        return readings;
    }

    private static void add(Set<String> readings, String value) {
        String boundary = value.stripTrailing();
        if (!boundary.isEmpty() && readings.add(boundary) && readings.size() > MAX) {
            throw new InvalidEmailException("raw", "a Content-Type has more than " + MAX + " boundaries");
        }
    }

    /** Without character set and language, and percent signs read. */
    private static String decoded(String value) {
        String text = value.substring(value.lastIndexOf('\'') + 1);
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (text.charAt(i) == '%' && low >= 0) {
                decoded.append(new String(new byte[] {(byte) (high * 16 + low)}, StandardCharsets.ISO_8859_1));
                i += 2;
            } else {
                decoded.append(text.charAt(i));
            }
        }
        return decoded.toString();
    }
}
