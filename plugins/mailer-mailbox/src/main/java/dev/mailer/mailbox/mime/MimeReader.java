// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parts of one mail. It reads offsets in the stored bytes and copies nothing, so that a mail of a million parts or
 * levels costs what its bounds allow and not what its sender wishes. Not thread-safe, used once.
 */
final class MimeReader {
    /** Levels of parts in parts. */
    static final int MAX_DEPTH = 50;
    /** Parts of one mail. */
    static final int MAX_PARTS = 500;
    /** Bytes looked at over all levels, beyond three times the size of the mail. */
    static final int FREE_WORK = 32 * 1024 * 1024;

    private final Set<String> notes = new LinkedHashSet<>();
    private long work;
    private int parts;

    MimeReader(int size) {
        this.work = FREE_WORK + 3L * size;
    }

    MimePart read(byte[] mail) {
        return part(mail, 0, mail.length, 0, "text/plain");
    }

    /** What was odd, in words for people, each once. */
    Set<String> notes() {
        return notes;
    }

    private MimePart part(byte[] mail, int start, int end, int depth, String defaultType) {
        HeaderFields header = HeaderFields.read(mail, start, end);
        if (header.cut()) {
            notes.add("A header is very long; the rest of it is left out.");
        }
        MimePart part = new MimePart(parts++, depth, mail, header, end, defaultType);
        if (!part.isMultipart() && !part.isMail()) {
            return part;
        }
        if (depth >= MAX_DEPTH) {
            notes.add("Parts are nested more than " + MAX_DEPTH + " deep; the rest is left out.");
        } else if ((work -= part.encodedSize()) < 0) {
            notes.add("Reading all parts would take too long; the rest is left out.");
        } else if (part.isMail()) {
            enclosed(part);
        } else {
            multipart(part);
        }
        return part;
    }

    private void enclosed(MimePart part) {
        if (!room()) {
            return;
        }
        byte[] mail = part.mail();
        int start = part.start();
        int end = part.end();
        String encoding = part.encoding();
        if (encoding.equals("base64") || encoding.equals("quoted-printable")) {
            PartContent decoded = PartContent.decode(part, part.encodedSize());
            mail = decoded.bytes();
            start = 0;
            end = mail.length;
        }
        part.add(part(mail, start, end, part.depth() + 1, "text/plain"));
    }

    private void multipart(MimePart part) {
        byte[] delimiter = delimiter(part);
        if (delimiter == null) {
            notes.add("A multipart has no boundary, so its parts cannot be told apart.");
            return;
        }
        String childType = part.type().equals("multipart/digest") ? "message/rfc822" : "text/plain";
        List<int[]> ranges = split(part, delimiter);
        if (ranges.isEmpty()) {
            notes.add("A multipart has no parts.");
        }
        for (int[] range : ranges) {
            if (!room()) {
                return;
            }
            part.add(part(part.mail(), range[0], range[1], part.depth() + 1, childType));
        }
    }

    private boolean room() {
        if (parts < MAX_PARTS) {
            return true;
        }
        notes.add("The mail has more than " + MAX_PARTS + " parts; the rest is left out.");
        return false;
    }

    /** Start and end of each part: between delimiter lines (RFC 2046 §5.1.1), or to the end where the last one is missing. */
    private List<int[]> split(MimePart part, byte[] delimiter) {
        byte[] mail = part.mail();
        List<int[]> ranges = new ArrayList<>();
        int open = -1;
        for (int at = part.start(); at < part.end(); at = HeaderFields.lineAfter(mail, at, part.end())) {
            int behind = behindDelimiter(mail, at, part.end(), delimiter);
            if (behind < 0) {
                continue;
            }
            if (open >= 0) {
                ranges.add(new int[] {open, Math.max(open, beforeLineEnd(mail, at))});
                if (ranges.size() > MAX_PARTS) {
                    return ranges;
                }
            }
            boolean last = behind + 1 < part.end() && mail[behind] == '-' && mail[behind + 1] == '-';
            if (last) {
                return ranges;
            }
            open = HeaderFields.lineAfter(mail, at, part.end());
        }
        if (open >= 0 && open < part.end()) {
            notes.add("A multipart has no end; it may have been cut off.");
            ranges.add(new int[] {open, part.end()});
        }
        return ranges;
    }

    /** The position behind the delimiter when this line is one: only {@code --} and white space may follow it. */
    private static int behindDelimiter(byte[] mail, int at, int end, byte[] delimiter) {
        if (end - at < delimiter.length) {
            return -1;
        }
        for (int i = 0; i < delimiter.length; i++) {
            if (mail[at + i] != delimiter[i]) {
                return -1;
            }
        }
        int behind = at + delimiter.length;
        int i = behind;
        if (i + 1 < end && mail[i] == '-' && mail[i + 1] == '-') {
            i += 2;
        }
        while (i < end && (mail[i] == ' ' || mail[i] == '\t' || mail[i] == '\r')) {
            i++;
        }
        return i == end || mail[i] == '\n' ? behind : -1;
    }

    private static int beforeLineEnd(byte[] mail, int at) {
        int end = at;
        if (end > 0 && mail[end - 1] == '\n') {
            end--;
            if (end > 0 && mail[end - 1] == '\r') {
                end--;
            }
        }
        return end;
    }

    private static byte @Nullable [] delimiter(MimePart part) {
        String boundary = part.parameter("boundary");
        if (boundary != null && !boundary.isEmpty()) {
            return ("--" + boundary).getBytes(StandardCharsets.UTF_8);
        }
        byte[] mail = part.mail();
        for (int at = part.start(); at < part.end(); at = HeaderFields.lineAfter(mail, at, part.end())) {
            int stop = beforeLineEnd(mail, HeaderFields.lineAfter(mail, at, part.end()));
            if (stop - at > 2 && stop - at < 200 && mail[at] == '-' && mail[at + 1] == '-') {
                return new String(mail, at, stop - at, StandardCharsets.ISO_8859_1)
                        .stripTrailing()
                        .getBytes(StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }
}
