// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.nio.charset.StandardCharsets;

/**
 * Canonicalises a body in one pass (RFC 6376 §3.4.3, §3.4.4). Octets that stay as they are go on in runs as long as the caller's
 * block allows, without a copy. Not thread-safe.
 */
final class CanonicalBody {
    private static final byte[] SPACE = {' '};
    private static final byte[] CR = {'\r'};
    private static final byte[] CRLFS = "\r\n".repeat(32).getBytes(StandardCharsets.US_ASCII);

    private final boolean relaxed;
    private final boolean crEndsLine;
    private final Octets out;

    /** The last octet was a CR, and what follows decides what it was. */
    private boolean undecidedCr;
    /** Blanks were seen, of which one goes out if the line goes on (relaxed only). */
    private boolean heldSpace;
    /** Line ends of empty lines: they go out if a line with content follows. */
    private long heldLines;
    /** The line has content that went out. */
    private boolean midLine;

    private boolean empty = true;

    CanonicalBody(Canonicalization form, LineEnds ends, Octets out) {
        this.relaxed = form == Canonicalization.RELAXED;
        this.crEndsLine = ends == LineEnds.AS_SENT;
        this.out = out;
    }

    void update(byte[] octets, int from, int to) {
        int start = -1;
        int i = from;
        while (i < to) {
            int c = octets[i] & 0xff;
            if (undecidedCr) {
                decideCr(c);
                if (c == '\n') {
                    i++;
                }
            } else if (c > ' ' || !isSpecial(c)) {
                if (start < 0) {
                    release();
                    start = i;
                }
                midLine = true;
                i = endOfWord(octets, i + 1, to);
            } else if (start >= 0 && i + 1 < to && staysInRun(c, octets[i + 1] & 0xff)) {
                // One blank within a line, or the end of a line with content: as it is.
                if (c == '\r') {
                    midLine = false;
                    i++;
                }
                i++;
            } else {
                flush(octets, start, i);
                start = -1;
                special(c);
                i++;
            }
        }
        flush(octets, start, to);
    }

    /** Ends the body; nothing may follow. */
    void finish() {
        if (undecidedCr) {
            decideCr(-1);
        }
        if (midLine || (empty && !relaxed)) {
            emit(CRLFS, 0, 2);
        }
        midLine = false;
    }

    private boolean isSpecial(int c) {
        return c == '\r' || c == '\n' || (relaxed && (c == ' ' || c == '\t'));
    }

    private boolean staysInRun(int c, int next) {
        return c == ' ' ? next > ' ' : c == '\r' && next == '\n' && midLine;
    }

    private static int endOfWord(byte[] octets, int from, int to) {
        int i = from;
        while (i < to && (octets[i] & 0xff) > ' ') {
            i++;
        }
        return i;
    }

    private void special(int c) {
        if (c == '\r') {
            undecidedCr = true;
        } else if (c == '\n') {
            endLine();
        } else {
            heldSpace = true;
        }
    }

    private void decideCr(int next) {
        undecidedCr = false;
        if (next == '\n' || crEndsLine) {
            endLine();
        } else {
            release();
            emit(CR, 0, 1);
            midLine = true;
        }
    }

    private void endLine() {
        heldSpace = false;
        if (midLine) {
            emit(CRLFS, 0, 2);
            midLine = false;
        } else {
            heldLines++;
        }
    }

    /** What was held back before content. */
    private void release() {
        while (heldLines > 0) {
            int lines = (int) Math.min(heldLines, CRLFS.length / 2);
            emit(CRLFS, 0, 2 * lines);
            heldLines -= lines;
        }
        if (heldSpace) {
            emit(SPACE, 0, 1);
            heldSpace = false;
        }
    }

    private void flush(byte[] octets, int start, int end) {
        if (start >= 0 && end > start) {
            emit(octets, start, end - start);
        }
    }

    private void emit(byte[] octets, int offset, int count) {
        empty = false;
        out.take(octets, offset, count);
    }
}
