// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads replies (RFC 5321 §4.2) octet by octet within bounds. Strict where leniency could put commands and replies out of
 * step: three digits 200 to 599, one code in all lines, CRLF line ends, no NUL. Lenient about the text, which may be UTF-8
 * or Latin-1 and comes out printable.
 */
final class ReplyParser {
    /** Longest line in octets with its end; RFC 5321 §4.5.3.1.5 asks servers to stay below 512. */
    static final int MAX_LINE = 4_096;

    static final int MAX_LINES = 100;
    static final int MAX_OCTETS = 64 * 1024;

    private byte[] line = new byte[128];
    private int length;
    private int octets;
    private int code;
    private List<String> lines = new ArrayList<>(1);

    /** Takes the next octet; true when it completes a reply, which {@link #take} then hands out. */
    boolean accept(byte octet) throws WireException {
        if (length == MAX_LINE) {
            throw WireException.protocol("a reply line is longer than " + MAX_LINE + " octets");
        }
        if (++octets > MAX_OCTETS) {
            throw WireException.protocol("a reply is longer than " + MAX_OCTETS + " octets");
        }
        boolean afterCr = length > 0 && line[length - 1] == '\r';
        if (octet == 0 || afterCr != (octet == '\n')) {
            throw WireException.protocol("a reply line holds NUL or a CR or LF of its own");
        }
        if (length == line.length) {
            line = Arrays.copyOf(line, Math.min(2 * length, MAX_LINE));
        }
        line[length++] = octet;
        return octet == '\n' && endOfLine();
    }

    /** True when part of a reply was read. */
    boolean isMidReply() {
        return octets > 0;
    }

    /** The completed reply; makes ready for the next. */
    Reply take() {
        Reply reply = new Reply(code, List.copyOf(lines));
        lines = new ArrayList<>(1);
        octets = 0;
        code = 0;
        return reply;
    }

    private boolean endOfLine() throws WireException {
        int end = length - 2;
        int lineCode = end < 3 ? 0 : code();
        boolean separated = end == 3 || (end > 3 && (line[3] == ' ' || line[3] == '-'));
        if (lineCode == 0 || !separated) {
            throw WireException.protocol("a reply line does not begin with a code from 200 to 599");
        }
        if (code != 0 && lineCode != code) {
            throw WireException.protocol("one reply has lines with " + code + " and " + lineCode);
        }
        if (lines.size() == MAX_LINES) {
            throw WireException.protocol("a reply has more than " + MAX_LINES + " lines");
        }
        code = lineCode;
        lines.add(end <= 4 ? "" : printable(4, end - 4));
        boolean last = end == 3 || line[3] == ' ';
        length = 0;
        return last;
    }

    /** The code, or 0 when these are not three digits in range. */
    private int code() {
        int value = 0;
        for (int i = 0; i < 3; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return 0;
            }
            value = value * 10 + line[i] - '0';
        }
        return value >= 200 && value <= 599 ? value : 0;
    }

    private String printable(int from, int count) {
        if (isPlain(from, from + count)) {
            return new String(line, from, count, StandardCharsets.US_ASCII);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line, from, count))
                    .toString();
        } catch (CharacterCodingException e) {
            text = new String(line, from, count, StandardCharsets.ISO_8859_1);
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(isPrintable(c) ? c : c == '\t' ? ' ' : '?'));
        return out.toString();
    }

    private boolean isPlain(int from, int to) {
        for (int i = from; i < to; i++) {
            if (line[i] < ' ' || line[i] == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPrintable(int c) {
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
