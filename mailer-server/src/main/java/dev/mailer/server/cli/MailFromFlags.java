// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.config.FileTrouble;
import dev.mailer.server.config.Values;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the flags of {@code send} into the API's JSON; the API checks it. Reads standard input at most once, and of all files
 * together no more than a mail may have.
 */
final class MailFromFlags {
    private final SendCommand flags;
    private final Terminal terminal;
    private final LongSupplier limit;
    private long used;
    private final ObjectNode email = JsonNodeFactory.instance.objectNode();

    /** @param limit largest mail in bytes; asked for only when something is read */
    MailFromFlags(SendCommand flags, Terminal terminal, LongSupplier limit) {
        this.flags = flags;
        this.terminal = terminal;
        this.limit = limit;
    }

    ObjectNode email() {
        put("from", flags.from);
        putAll("to", flags.to);
        putAll("cc", flags.cc);
        putAll("bcc", flags.bcc);
        putAll("reply_to", flags.replyTo);
        put("return_path", flags.returnPath);
        put("subject", flags.subject);
        content();
        attachments();
        labels();
        put("stream", flags.stream);
        put("locale", flags.locale);
        put("scheduled_at", time(terminal.clock(), "--at", flags.at));
        put("expires_at", time(terminal.clock(), "--expires", flags.expires));
        put("ambiguity_policy", flags.ambiguityPolicy);
        put("track_opens", flags.trackOpens);
        put("track_clicks", flags.trackClicks);
        return email;
    }

    private void content() {
        requireOne("--text", flags.text, "--text-file", flags.textFile);
        requireOne("--html", flags.html, "--html-file", flags.htmlFile);
        if ("-".equals(flags.text) && "-".equals(flags.html)) {
            throw usage("--text and --html cannot both be read from standard input");
        }
        String text = flags.text != null && flags.text.equals("-") ? standardInput() : flags.text;
        String html = flags.html != null && flags.html.equals("-") ? standardInput() : flags.html;
        put("text", flags.textFile == null ? text : file(flags.textFile));
        put("html", flags.htmlFile == null ? html : file(flags.htmlFile));
        if (flags.template != null) {
            ObjectNode template = email.putObject("template").put("id", flags.template);
            ObjectNode variables = template.putObject("variables");
            flags.variables.forEach(variables::put);
        } else if (!flags.variables.isEmpty()) {
            throw usage("--var belongs to --template");
        }
        if (flags.raw != null) {
            email.put("raw", base64(flags.raw));
        } else if (flags.template == null && !email.has("text") && !email.has("html")) {
            if (terminal.interactive()) {
                throw usage("what does it say? give --text, --html, --template or --raw, or pipe the text in");
            }
            put("text", standardInput());
        }
    }

    private void attachments() {
        if (flags.attach.isEmpty() && flags.inline.isEmpty()) {
            return;
        }
        ArrayNode list = email.putArray("attachments");
        flags.attach.forEach(file -> attachment(list, file));
        flags.inline.forEach((id, file) -> attachment(list, file).put("content_id", id));
    }

    private ObjectNode attachment(ArrayNode list, Path file) {
        Path name = file.getFileName();
        return list.addObject()
                .put("filename", name == null ? "attachment" : name.toString())
                .put("content", base64(file));
    }

    private void labels() {
        if (!flags.headers.isEmpty()) {
            ObjectNode headers = email.putObject("headers");
            flags.headers.forEach(headers::put);
        }
        if (!flags.tags.isEmpty()) {
            ArrayNode tags = email.putArray("tags");
            for (Map.Entry<String, String> tag : flags.tags.entrySet()) {
                tags.addObject().put("name", tag.getKey()).put("value", tag.getValue());
            }
        }
    }

    private void put(String name, @Nullable String value) {
        if (value != null) {
            email.put(name, value);
        }
    }

    private void put(String name, @Nullable Boolean value) {
        if (value != null) {
            email.put(name, value);
        }
    }

    private void putAll(String name, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode list = email.putArray(name);
            values.forEach(list::add);
        }
    }

    /** A time as the API takes it. */
    static @Nullable String time(InstantSource clock, String flag, @Nullable String text) {
        Duration fromNow = text == null ? null : Values.duration(text);
        if (text != null && fromNow == null && !text.contains("T")) {
            throw usage(flag + ": '" + text + "' is neither ISO 8601 such as 2026-08-05T11:52:01Z nor a time from now"
                    + " such as 15m");
        }
        return fromNow == null ? text : clock.instant().plus(fromNow).toString();
    }

    static Duration duration(String flag, String text) {
        Duration duration = Values.duration(text);
        if (duration == null) {
            throw usage(flag + ": '" + text + "' is not a duration such as 500ms, 30s, 5m");
        }
        return duration;
    }

    private String standardInput() {
        try {
            return new String(within("standard input", terminal.in(), -1), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw usage("standard input cannot be read: " + e.getMessage());
        }
    }

    private String file(Path file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw usage(file + ": is not UTF-8");
        }
    }

    private String base64(Path file) {
        return Base64.getEncoder().encodeToString(bytes(file));
    }

    private byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return within(file.toString(), in, Files.size(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads to the end, but not beyond the limit: what is piped in or is no plain file has no size that could be asked for.
     *
     * @param size as far as it is known
     */
    private byte[] within(String name, InputStream in, long size) throws IOException {
        long most = limit.getAsLong();
        long left = most - used;
        byte[] bytes = size > left ? new byte[0] : in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, left + 1));
        if (size > left || bytes.length > left) {
            String has = size > left ? size + " bytes" : "more than " + left + " bytes";
            String others = used == 0 ? "" : ", of which what was read before takes " + used;
            throw usage(name + ": has " + has + "; a mail may have " + most + others + " (limits.messageSize)");
        }
        used += bytes.length;
        return bytes;
    }

    private static CommandException unreadable(Path file, IOException e) {
        return usage(file + ": cannot be read: " + FileTrouble.of(e));
    }

    private static void requireOne(String a, @Nullable Object first, String b, @Nullable Object second) {
        if (first != null && second != null) {
            throw usage(a + " and " + b + " exclude each other");
        }
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCodes.USAGE, message);
    }
}
