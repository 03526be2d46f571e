// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Samples of others, beside this class with their licences. */
final class Corpus {
    private Corpus() {}

    static byte[] bytes(String name) {
        try (InputStream in = Corpus.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return new String(bytes(name), StandardCharsets.ISO_8859_1);
    }

    /** The indented lines of an RFC from the one that begins with the first text to the one with the last, with CRLF. */
    static String rfcLines(String name, String first, String last) {
        List<String> lines = text(name)
                .lines()
                .map(l -> l.startsWith("   ") ? l.substring(3) : l)
                .toList();
        StringBuilder taken = new StringBuilder();
        boolean on = false;
        for (String line : lines) {
            on |= line.startsWith(first);
            if (on) {
                taken.append(line).append("\r\n");
            }
            if (on && line.startsWith(last)) {
                return taken.toString();
            }
        }
        throw new AssertionError("no lines from " + first + " to " + last + " in " + name);
    }
}
