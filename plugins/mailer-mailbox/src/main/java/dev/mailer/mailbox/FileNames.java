// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** File names that are safe to offer for saving, from names that a mail claims. */
final class FileNames {
    private static final int MAX_LENGTH = 120;
    private static final Pattern RESERVED = Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
    /** RFC 8187 §3.2.1, attr-char beside letters and digits. */
    private static final String ATTR_SYMBOLS = "!#$&+-.^_`|~";

    private FileNames() {}

    /** The last segment of the name, without what file systems, shells and eyes stumble over. */
    static String safe(String claimed, String fallback) {
        String last = claimed.substring(Math.max(claimed.lastIndexOf('/'), claimed.lastIndexOf('\\')) + 1);
        StringBuilder name = new StringBuilder();
        last.codePoints().limit(MAX_LENGTH * 4L).forEach(c -> {
            if (isInvisible(c)) {
                return;
            }
            name.appendCodePoint("<>:\"|?*%".indexOf(c) >= 0 ? '_' : c);
        });
        String stripped = name.toString().strip().replaceAll("^[. ]+", "").replaceAll("[. ]+$", "");
        if (stripped.codePointCount(0, stripped.length()) > MAX_LENGTH) {
            stripped = shortened(stripped);
        }
        if (stripped.isEmpty()) {
            return fallback;
        }
        return RESERVED.matcher(stripped).matches() ? "_" + stripped : stripped;
    }

    /** The value of Content-Disposition for saving (RFC 6266 §4): an ASCII name for old readers, the whole one beside it. */
    static String attachment(String safeName) {
        StringBuilder ascii = new StringBuilder();
        StringBuilder encoded = new StringBuilder();
        safeName.codePoints().forEach(c -> ascii.append(c >= ' ' && c < 127 && c != '"' && c != '\\' ? (char) c : '_'));
        for (byte b : safeName.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = (c >= '0' && c <= '9')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || ATTR_SYMBOLS.indexOf(c) >= 0;
            encoded.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + encoded;
    }

    /** Keeps the ending. */
    private static String shortened(String name) {
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 && name.length() - dot <= 12 ? name.substring(dot) : "";
        return name.substring(0, name.offsetByCodePoints(0, MAX_LENGTH - 12)) + ending;
    }

    private static boolean isInvisible(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.UNASSIGNED;
    }
}
