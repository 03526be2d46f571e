// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody may write into a user agent, an address of the web or a reply, to do harm where it is shown or stored. Where the system property
 * {@code mailer.corpora} names a folder of public corpora, what is in them under {@code security} is added.
 */
final class HostileTexts {
    private static final List<String> OWN = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "javascript:alert(1)//",
            "'; drop table mailer_event; --",
            "\\\" \\u0022 \\ / {\"a\":[null]} %00 %s ${7*7} #{7*7}",
            "\u001b]0;title\u0007\u001b[2J\b\u007f\u009b31m",
            "line\r\nSet-Cookie: a=b\nend",
            "\u2028\u2029\u202etxt.exe\u2066\ufeff\u200b",
            "\u00e4\u0301\ud83d\udc69\u200d\ud83d\ude80\ud842\udfb7",
            " ",
            "");

    /** A text between quotes, by the name before it. */
    private static final Pattern FIELD = Pattern.compile("\"(s|payload)\":\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");
    private static final Map<String, String> NAMED = Map.of("n", "\n", "r", "\r", "t", "\t", "b", "\b", "f", "\f");

    private HostileTexts() {}

    static List<String> all() {
        List<String> all = new ArrayList<>(OWN);
        Path folder = Path.of(System.getProperty("mailer.corpora", "no-corpora"), "security");
        for (String name : List.of("naughty-strings.jsonl", "html-sanitize.jsonl")) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                read(file, all);
            }
        }
        return all;
    }

    private static void read(Path file, List<String> all) {
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher field = FIELD.matcher(line);
                if (!field.find()) {
                    throw new IllegalStateException(file + " has a line without a text: " + line);
                }
                all.add(ESCAPED.matcher(field.group(2))
                        .replaceAll(m -> Matcher.quoteReplacement(unescaped(m.group(1), m.group(2)))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unescaped(String hex, String character) {
        return hex == null
                ? NAMED.getOrDefault(character, character)
                : String.valueOf((char) Integer.parseInt(hex, 16));
    }
}
