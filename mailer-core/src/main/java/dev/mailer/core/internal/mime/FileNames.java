// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** File names as parameters: quoted where they are ASCII, otherwise by RFC 2231, with encoded words in Content-Type for
 * old readers. */
final class FileNames {
    /** Characters of one section of an extended parameter; with its name it fits on a line. */
    private static final int SECTION = 54;

    private static final String ATTRIBUTE_SYMBOLS = "!#$&+-.^_`{|}~";

    /** Where the name starts on its line. */
    private static final int NAME_COLUMN = 8;

    private FileNames() {}

    static String contentType(String type, String fileName) {
        StringBuilder field = new StringBuilder("Content-Type: ").append(type);
        boolean named = type.toLowerCase(Locale.ROOT).contains("name");
        if (!named && isAscii(fileName)) {
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

    private static void parameter(StringBuilder field, String name, String value) {
        if (isAscii(value)) {
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

    private static boolean isAscii(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c < 127);
    }
}
