// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox.mime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A mail taken apart for reading. Never fails: what could not be read is said in {@link #notes()}. Not thread-safe. */
public final class ParsedMail {
    /** Bytes of decoded text that are shown. */
    public static final int MAX_TEXT = 1024 * 1024;

    private final MimePart root;
    private final List<MimePart> parts = new ArrayList<>();
    private final List<MimePart> attachments = new ArrayList<>();
    private final Set<String> notes;
    private @Nullable MimePart text;
    private @Nullable MimePart html;

    private ParsedMail(MimePart root, Set<String> notes) {
        this.root = root;
        this.notes = notes;
    }

    public static ParsedMail of(byte[] mail) {
        MimeReader reader = new MimeReader(mail.length);
        ParsedMail parsed = new ParsedMail(reader.read(mail), new LinkedHashSet<>(reader.notes()));
        parsed.number(parsed.root);
        parsed.sort(parsed.root);
        return parsed;
    }

    public MimePart root() {
        return root;
    }

    /** The part of a number; null when there is none. */
    public @Nullable MimePart part(int index) {
        return index < 0 || index >= parts.size() ? null : parts.get(index);
    }

    public boolean hasText() {
        return text != null;
    }

    public boolean hasHtml() {
        return html != null;
    }

    /** The plain text, at most {@link #MAX_TEXT} bytes of it; empty when there is none. */
    public String text() {
        return text == null ? "" : read(text, MAX_TEXT);
    }

    /** The HTML as its sender wrote it, at most {@link #MAX_TEXT} bytes of it; empty when there is none. */
    public String html() {
        return html == null ? "" : read(html, MAX_TEXT);
    }

    /** Everything that is not the body, pictures within the HTML included. */
    public List<MimePart> attachments() {
        return List.copyOf(attachments);
    }

    /** The picture that {@code cid:} names (RFC 2392); null when there is none. */
    public @Nullable MimePart byContentId(String id) {
        for (MimePart part : parts) {
            if (part.contentId().equals(id)) {
                return part;
            }
        }
        return null;
    }

    /** What was odd about the mail, as far as it has been read. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private String read(MimePart part, int limit) {
        PartContent content = PartContent.decode(part, limit);
        String problem = content.problem();
        if (problem != null) {
            notes.add(part.type() + ": " + problem);
        }
        return content.text();
    }

    private void number(MimePart part) {
        parts.add(part);
        part.children().forEach(this::number);
    }

    private void sort(MimePart part) {
        if (part.isMultipart() && !part.children().isEmpty()) {
            part.children().forEach(this::sort);
        } else if (part.isBody() && part.type().equals("text/html") && html == null) {
            html = part;
        } else if (part.isBody() && part.type().equals("text/plain") && text == null) {
            text = part;
        } else if (part.isMultipart() && part == root) {
            text = part;
        } else {
            attachments.add(part);
        }
    }
}
