// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** File names as parameters: quoted where they are ASCII, otherwise by RFC 2231, with encoded words in Content-Type for
 * old readers. */
final class FileNames {
    /** Characters of one section of an extended parameter; with its name it fits on a line. */
    private static final int SECTION = 54;

    /** The plus could stand there too, but is a blank to some readers. */
    private static final String ATTRIBUTE_SYMBOLS = "!#$&-.^_`{|}~";

    /** Where the name starts on its line, behind a blank, the attribute and a quote. */
    private static final int NAME_COLUMN = 7;

    private FileNames() {}

    static String contentType(String type, String fileName) {
        StringBuilder field = new StringBuilder("Content-Type: ").append(type);
        boolean named = type.toLowerCase(Locale.ROOT).contains("name");
        if (!named && isPlain(fileName)) {
            parameter(field, "name", fileName);
        } else if (!named) {
            // What readers without RFC 2231 understand, though RFC 2047 §5 forbids it.
            field.append(";\r\n name=\"")
                    .append(HeaderEncoder.words(fileName, NAME_COLUMN))
                    .append('"');
        }
        return field.toString();
    }

    static String disposition(String disposition, String fileName) {
        StringBuilder field = new StringBuilder("Content-Disposition: ").append(disposition);
        parameter(field, "filename", fileName);
        return field.toString();
    }

    /**
     * A value with parameters, those that are not ASCII by RFC 2231 and the others as they are; null when it is none, or more of it
     * is not ASCII.
     */
    static @Nullable String inAscii(String value) {
        List<String> parts = parts(value.replace('\t', ' '));
        StringBuilder out = new StringBuilder(parts.get(0));
        if (!HeaderWords.isAscii(parts.get(0))) {
            return null;
        }
        List<String> parameters =
                parts.stream().skip(1).map(FileNames::withoutComment).toList();
        Set<String> extended = parameters.stream()
                .map(FileNames::attribute)
                .filter(name -> name.indexOf('*') > 0)
                .map(name -> name.substring(0, name.indexOf('*')))
                .collect(Collectors.toSet());
        for (String parameter : parameters) {
            String name = attribute(parameter);
            if (HeaderWords.isAscii(parameter)) {
                out.append(";\r\n ").append(parameter);
            } else if (name.isEmpty() || !HeaderWords.isAscii(name) || name.indexOf('*') >= 0) {
                return null;
            } else if (!extended.contains(name)) {
                String text = parameter.substring(parameter.indexOf('=') + 1).strip();
                parameter(out, name, AddressWords.unquoted(text));
            }
        }
        return out.toString();
    }

    /** Names are compared without regard to case (RFC 2045 §5.1). */
    private static String attribute(String parameter) {
        int end = parameter.indexOf('=');
        return parameter.substring(0, Math.max(end, 0)).strip().toLowerCase(Locale.ROOT);
    }

    /** Without the comment at its end, where that alone is not ASCII: it says nothing (RFC 5322 §3.2.2) and is no part of a name. */
    private static String withoutComment(String parameter) {
        int comment = parameter.endsWith(")") ? parameter.indexOf(" (") : -1;
        boolean only = comment > 0
                && !HeaderWords.isAscii(parameter)
                && HeaderWords.isAscii(parameter.substring(0, comment))
                && parameter.substring(0, comment).chars().filter(c -> c == '"').count() % 2 == 0;
        return only ? parameter.substring(0, comment).strip() : parameter;
    }

    /** What stands between semicolons that are not in quotes, but for the empty parts. */
    private static List<String> parts(String value) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= value.length(); i++) {
            char c = i == value.length() ? ';' : value.charAt(i);
            if (c == ';' && (!quoted || i == value.length())) {
                String part = value.substring(start, i).strip();
                if (!part.isEmpty() || parts.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted && i + 1 < value.length()) {
                i++;
            }
        }
        return parts;
    }

    private static void parameter(StringBuilder field, String name, String value) {
        if (isPlain(value)) {
            field.append(";\r\n ").append(name).append('=').append(HeaderEncoder.quoted(value));
            return;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        StringBuilder section = new StringBuilder("utf-8''");
        int number = 0;
        boolean whole = encodedLength(utf8) + section.length() <= SECTION;
        for (int at = 0; at < utf8.length; ) {
            int end = at + 1;
            while (end < utf8.length && (utf8[end] & 0xC0) == 0x80) {
                end++;
            }
            StringBuilder character = new StringBuilder();
            for (int i = at; i < end; i++) {
                escape(character, utf8[i]);
            }
            if (section.length() + character.length() > SECTION) {
                section(field, name, "*" + number++ + "*", section);
            }
            section.append(character);
            at = end;
        }
        section(field, name, whole ? "*" : "*" + number + "*", section);
    }

    /**
     * True when it can stand in quotes. Encoded words mean nothing there (RFC 2047 §5), and neither do the marks of RFC 2231, but some
     * readers take them for such.
     */
    private static boolean isPlain(String value) {
        return HeaderWords.isAscii(value)
                && !HeaderWords.hasEncodedWord(value)
                && value.indexOf('\'') == value.lastIndexOf('\'');
    }

    private static void section(StringBuilder field, String name, String mark, StringBuilder section) {
        field.append(";\r\n ").append(name).append(mark).append('=').append(section);
        section.setLength(0);
    }

    private static int encodedLength(byte[] utf8) {
        StringBuilder all = new StringBuilder();
        for (byte b : utf8) {
            escape(all, b);
        }
        return all.length();
    }

    private static void escape(StringBuilder out, byte b) {
        char c = (char) (b & 0xFF);
        boolean plain = (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || ATTRIBUTE_SYMBOLS.indexOf(c) >= 0;
        if (plain) {
            out.append(c);
        } else {
            out.append('%')
                    .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                    .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
        }
    }
}
