// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The public test corpora; tests that read them are skipped where they are absent. */
final class Corpora {
    private Corpora() {}

    /** The values of one field, one a line at most. */
    static List<String> strings(String file, String field) throws IOException {
        Path path = Path.of(System.getProperty("mailer.corpora", "no-corpora")).resolve(file);
        assumeTrue(Files.exists(path), "the corpus " + file + " is not there");
        List<String> values = new ArrayList<>();
        for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
            int at = line.indexOf("\"" + field + "\": \"");
            if (at >= 0) {
                values.add(unquote(line, at + field.length() + 5));
            }
        }
        return values;
    }

    private static String unquote(String json, int start) {
        StringBuilder text = new StringBuilder();
        int i = start;
        while (json.charAt(i) != '"') {
            char c = json.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escaped = json.charAt(i++);
            switch (escaped) {
                case 'u' -> {
                    text.append((char) Integer.parseInt(json.substring(i, i + 4), 16));
                    i += 4;
                }
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                default -> text.append(escaped);
            }
        }
        return text.toString();
    }
}
