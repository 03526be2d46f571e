// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What a program's name for itself tells. The list beside this class has words of mail proxies and of programs that fetch unasked,
 * one to a line; a name that has none of them and looks like no browser and no mail program is one, too. Thread-safe.
 */
final class UserAgents {
    /** Most names whose verdict is kept. */
    private static final int REMEMBERED = 4_096;

    private static final Verdict HUMAN = new Verdict(Verdict.Kind.HUMAN, "browser");

    /** How browsers and mail programs begin; what else there is are libraries and scripts. */
    private static final Pattern BROWSER = Pattern.compile(
            "(?:mozilla/[345]\\.0 \\(|opera/|dalvik/|mobilesafari/|safari/|firefox/|applewebkit/|amiga|blackberry|nokia|samsung|"
                    + "sonyericsson|lg-|mot-|htc|elinks|links \\(|lynx/|ncsa_mosaic|w3m/|dillo/|konqueror/|ibrowse/|ucweb|"
                    + "microsoft office|outlook|macoutlook|ms-office|airmail|superhuman|thunderbird|postbox|yahoomobilemail|"
                    + "apple-?mail|mail/|sparrow/|mailspring|emclient|lotus-notes|evolution|kmail|the bat).*");

    /** A browser says what it is compatible with; whoever only says its own name there is none. */
    private static final Pattern ONLY_COMPATIBLE = Pattern.compile("mozilla/5\\.0 \\(compatible; (?!msie|konqueror)");

    private final List<String> proxies = new ArrayList<>();
    private final List<String> people = new ArrayList<>();
    private final List<String> robots = new ArrayList<>();
    private final Map<String, Verdict> known = new ConcurrentHashMap<>();

    /** Reads the list. */
    UserAgents() {
        InputStream list = Objects.requireNonNull(UserAgents.class.getResourceAsStream("user-agents.txt"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            List<String> section = robots;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    section = line.equals("[proxies]") ? proxies : line.equals("[people]") ? people : robots;
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    section.add(line.toLowerCase(Locale.ROOT));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Verdict of(String userAgent) {
        Verdict verdict = known.get(userAgent);
        if (verdict == null) {
            verdict = judge(userAgent.strip().toLowerCase(Locale.ROOT) + " ");
            if (known.size() >= REMEMBERED) {
                known.clear();
            }
            known.put(userAgent, verdict);
        }
        return verdict;
    }

    private Verdict judge(String lower) {
        if (lower.isBlank()) {
            return new Verdict(Verdict.Kind.UNKNOWN, "no-user-agent");
        }
        // Apple's privacy proxy has no name of its own, only the front of everybody's.
        if (lower.equals("mozilla/5.0 ")) {
            return new Verdict(Verdict.Kind.PROXY, "apple-privacy");
        }
        if (contains(proxies, lower)) {
            return new Verdict(Verdict.Kind.PROXY, "mail-proxy");
        }
        if (contains(people, lower)) {
            return HUMAN;
        }
        if (ONLY_COMPATIBLE.matcher(lower).lookingAt() || contains(robots, lower)) {
            return new Verdict(Verdict.Kind.BOT, "crawler");
        }
        return BROWSER.matcher(lower).lookingAt() ? HUMAN : new Verdict(Verdict.Kind.BOT, "no-browser");
    }

    private static boolean contains(List<String> words, String text) {
        for (String word : words) {
            if (text.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
