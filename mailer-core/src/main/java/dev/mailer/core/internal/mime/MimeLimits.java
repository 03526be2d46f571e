// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.InvalidEmailException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Refuses finished messages whose parts nest too deep or are too many, so that no reader behind us meets them. One pass over
 * the lines with a stack of the open boundaries (RFC 2046 §5.1); what is malformed in other ways passes.
 */
final class MimeLimits {
    /** Deepest nesting of multiparts and attached messages. */
    static final int MAX_DEPTH = 100;
    /** Most parts. */
    static final int MAX_PARTS = 10_000;

    /** Longest boundary (RFC 2046 §5.1.1) with its dashes before and behind, and some blanks. */
    private static final int MAX_DELIMITER = 100;
    /** Longest part header that is read for a Content-Type. */
    private static final int MAX_PART_HEADER = 64 * 1024;

    private final byte[] bytes;
    private final List<Set<String>> open = new ArrayList<>();
    private final Map<String, Integer> depthOf = new HashMap<>();
    /** Attached messages that no boundary closes. */
    private int messages;

    private int parts;

    private MimeLimits(byte[] bytes) {
        this.bytes = bytes;
    }

    static void check(RawMail mail) {
        String type = mail.header("Content-Type");
        if (type == null) {
            return;
        }
        MimeLimits limits = new MimeLimits(mail.bytes());
        if (limits.enter(type)) {
            limits.walk(limits.isMessage(type) ? limits.header(mail.bodyStart()) : mail.bodyStart());
        }
    }

    private void walk(int start) {
        int at = start;
        while (at < bytes.length && (!open.isEmpty() || messages > 0)) {
            int end = lineEnd(at);
            if (end - at > 2 && end - at <= MAX_DELIMITER && bytes[at] == '-' && bytes[at + 1] == '-') {
                at = delimiter(
                        new String(bytes, at + 2, end - at - 2, StandardCharsets.ISO_8859_1).stripTrailing(), end);
            } else {
                at = end;
            }
        }
    }

    private int delimiter(String text, int next) {
        Integer depth = depthOf.get(text);
        if (depth != null) {
            closeAbove(depth);
            if (++parts > MAX_PARTS) {
                throw new InvalidEmailException("raw", "the message has more than " + MAX_PARTS + " parts");
            }
            return header(next);
        }
        if (text.endsWith("--")) {
            Integer closed = depthOf.get(text.substring(0, text.length() - 2));
            if (closed != null) {
                closeAbove(closed - 1);
            }
        }
        return next;
    }

    /** Reads a part's header, and those of messages attached in it; returns where its body starts. */
    private int header(int start) {
        int at = start;
        while (true) {
            StringBuilder type = new StringBuilder();
            boolean inType = false;
            int from = at;
            while (at < bytes.length) {
                int end = lineEnd(at);
                if (end - at <= 2 && (bytes[at] == '\r' || bytes[at] == '\n')) {
                    at = end;
                    break;
                }
                if (bytes[at] == '-' && startsDelimiter(at, end)) {
                    return at;
                }
                if (bytes[at] != ' ' && bytes[at] != '\t') {
                    inType = isContentType(at);
                }
                if (inType && end - from <= MAX_PART_HEADER) {
                    type.append(new String(bytes, at, end - at, StandardCharsets.ISO_8859_1).stripTrailing());
                }
                at = end;
            }
            int colon = type.indexOf(":");
            String value = colon < 0 ? "" : type.substring(colon + 1).strip();
            if (!enter(value) || !isMessage(value)) {
                return at;
            }
        }
    }

    private boolean startsDelimiter(int at, int end) {
        return end - at > 2
                && end - at <= MAX_DELIMITER
                && depthOf.containsKey(
                        new String(bytes, at + 2, end - at - 2, StandardCharsets.ISO_8859_1).stripTrailing());
    }

    /** True when the type holds further parts. */
    private boolean enter(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        if (isMessage(type)) {
            messages++;
        } else if (lower.startsWith("multipart/")) {
            Set<String> boundaries = Boundaries.of(type);
            if (boundaries.isEmpty()) {
                return false;
            }
            open.add(boundaries);
            boundaries.forEach(b -> depthOf.put(b, open.size()));
        } else {
            return false;
        }
        if (open.size() + messages > MAX_DEPTH) {
            throw new InvalidEmailException("raw", "the message nests deeper than " + MAX_DEPTH + " parts");
        }
        return true;
    }

    private boolean isMessage(String type) {
        return type.regionMatches(true, 0, "message/rfc822", 0, 14)
                || type.regionMatches(true, 0, "message/global", 0, 14);
    }

    private void closeAbove(int depth) {
        messages = 0;
        while (open.size() > depth) {
            depthOf.keySet().removeAll(open.remove(open.size() - 1));
        }
    }

    private boolean isContentType(int at) {
        String name = "content-type";
        if (at + name.length() >= bytes.length) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if ((bytes[at + i] | 0x20) != (name.charAt(i) | 0x20)) {
                return false;
            }
        }
        byte next = bytes[at + name.length()];
        return next == ':' || next == ' ' || next == '\t';
    }

    private int lineEnd(int at) {
        return ByteScan.lineEnd(bytes, at);
    }
}
