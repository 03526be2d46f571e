// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that a template consists of in one language, found but not read. Of subject, text and HTML it is the file in the most
 * specific language; of a layout likewise, in the nearest folder that has one; of messages all, each key from the most specific
 * language and there from the nearest folder. Nothing outside the root is taken.
 */
record TemplateFiles(String name, Map<Part, Path> parts, List<Path> messages, Path root) {
    /** Largest file, and most characters of messages together. */
    static final int MAX_FILE = 1024 * 1024;

    private static final String MESSAGES = "messages";
    /** What some editors put in front of UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** @param tags as {@link LocaleChain} has them */
    static TemplateFiles find(Path folder, String name, List<String> tags) throws IOException {
        Path root = folder.toRealPath();
        Path own = root.resolve(name);
        Map<Part, Path> parts = new EnumMap<>(Part.class);
        put(parts, Part.SUBJECT, first(root, own, Part.SUBJECT, tags));
        put(parts, Part.TEXT, first(root, own, Part.TEXT, tags));
        putPage(parts, root, own, tags);
        if (!parts.containsKey(Part.TEXT) && !parts.containsKey(Part.HTML) && !parts.containsKey(Part.MJML)) {
            throw new InvalidEmailException(
                    "template",
                    "there is no '" + name + "'; expected " + name + "/text.vm, " + name + "/html.vm or " + name
                            + "/html.mjml");
        }
        List<Path> folders = upwards(root, own);
        if (parts.containsKey(Part.TEXT)) {
            put(parts, Part.TEXT_LAYOUT, nearest(root, folders, Part.TEXT_LAYOUT, tags));
        }
        if (parts.containsKey(Part.HTML)) {
            put(parts, Part.HTML_LAYOUT, nearest(root, folders, Part.HTML_LAYOUT, tags));
        }
        if (parts.containsKey(Part.MJML)) {
            put(parts, Part.MJML_LAYOUT, nearest(root, folders, Part.MJML_LAYOUT, tags));
        }
        return new TemplateFiles(name, parts, messages(root, folders, tags), root);
    }

    /** Whether {@link #find} finds something. */
    static boolean exists(Path root, String name, List<String> tags) throws IOException {
        Path own = root.resolve(name);
        for (Part part : List.of(Part.TEXT, Part.HTML, Part.MJML)) {
            if (first(root, own, part, tags) != null) {
                return true;
            }
        }
        return false;
    }

    /** HTML or MJML, whichever is in the more specific language. */
    private static void putPage(Map<Part, Path> parts, Path root, Path own, List<String> tags) throws IOException {
        for (String tag : tags) {
            Path html = within(root, own.resolve(Part.HTML.file(tag)));
            Path mjml = within(root, own.resolve(Part.MJML.file(tag)));
            if (html != null && mjml != null) {
                throw new InvalidEmailException(
                        "template",
                        "'" + root.relativize(own) + "' has both " + Part.HTML.file(tag) + " and " + Part.MJML.file(tag)
                                + "; keep one");
            }
            put(parts, Part.HTML, html);
            put(parts, Part.MJML, mjml);
            if (html != null || mjml != null) {
                return;
            }
        }
    }

    /** The folder itself and those above it, up to the root. */
    static List<Path> upwards(Path root, Path own) {
        List<Path> folders = new ArrayList<>();
        for (Path folder = own; folder != null && folder.startsWith(root); folder = folder.getParent()) {
            folders.add(folder);
        }
        return folders;
    }

    /** The name of a file of messages, as in {@code messages_de_AT.properties}. */
    static String messagesFile(String tag) {
        return MESSAGES + (tag.isEmpty() ? "" : "_" + tag.replace('-', '_')) + ".properties";
    }

    /** All files, in a fixed order. */
    List<Path> all() {
        List<Path> all = new ArrayList<>(parts.values());
        all.addAll(messages);
        return all;
    }

    TemplateSource read() throws IOException {
        Map<Part, SourceFile> files = new EnumMap<>(Part.class);
        for (Map.Entry<Part, Path> part : parts.entrySet()) {
            files.put(part.getKey(), read(root, part.getValue()));
        }
        // Most templates use no messages; theirs do not change when messages do.
        boolean worded = files.values().stream().anyMatch(f -> f.content().contains("msg"));
        return TemplateSource.of(name, files, worded ? readMessages() : new TreeMap<>());
    }

    private SortedMap<String, String> readMessages() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        long length = 0;
        for (Path file : messages) {
            for (Map.Entry<String, String> message :
                    MessageFile.parse(read(root, file)).entrySet()) {
                if (all.putIfAbsent(message.getKey(), message.getValue()) == null) {
                    length += message.getKey().length()
                            + (long) message.getValue().length();
                }
            }
        }
        if (length > MAX_FILE) {
            throw new InvalidEmailException(
                    "template", "'" + name + "' has more than " + MAX_FILE + " characters of messages");
        }
        return all;
    }

    static SourceFile read(Path root, Path file) throws IOException {
        String path = root.relativize(file).toString().replace('\\', '/');
        if (Files.size(file) > MAX_FILE) {
            throw new InvalidEmailException("template", path + " has more than " + MAX_FILE + " bytes");
        }
        try {
            String content = Files.readString(file);
            return new SourceFile(path, content.startsWith(BYTE_ORDER_MARK) ? content.substring(1) : content);
        } catch (MalformedInputException e) {
            throw new InvalidEmailException("template", path + " is not UTF-8", e);
        }
    }

    private static List<Path> messages(Path root, List<Path> folders, List<String> tags) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String tag : tags) {
            for (Path folder : folders) {
                Path file = within(root, folder.resolve(messagesFile(tag)));
                if (file != null) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static @Nullable Path nearest(Path root, List<Path> folders, Part part, List<String> tags)
            throws IOException {
        for (Path folder : folders) {
            Path file = first(root, folder, part, tags);
            if (file != null) {
                return file;
            }
        }
        return null;
    }

    private static @Nullable Path first(Path root, Path folder, Part part, List<String> tags) throws IOException {
        for (String tag : tags) {
            Path file = within(root, folder.resolve(part.file(tag)));
            if (file != null) {
                return file;
            }
        }
        return null;
    }

    private static void put(Map<Part, Path> parts, Part part, @Nullable Path file) {
        if (file != null) {
            parts.put(part, file);
        }
    }

    /** The file as it was named, so that errors name it so; null when it is not there. */
    static @Nullable Path within(Path root, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        if (!Objects.requireNonNull(file.toRealPath()).startsWith(root)) {
            throw new InvalidEmailException("template", "a file leads out of the folder of templates");
        }
        return file;
    }
}
