// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is found about one subject. For one thread. */
final class Findings {
    private final Subject subject;
    private final List<DomainFinding> all = new ArrayList<>();

    Findings(Subject subject) {
        this.subject = subject;
    }

    void ok(String text, String published) {
        add(Level.OK, text, published, null, null);
    }

    void unknown(String name, DnsAnswer<?> answer) {
        unknown("nobody could say what is at " + name + ": " + answer.reason(), adviceFor(answer.reason()));
    }

    void unknown(String text, String advice) {
        add(Level.UNKNOWN, text, "", advice, null);
    }

    void add(Level level, String text, String published, @Nullable String advice, @Nullable DnsRecord record) {
        all.add(new DomainFinding(subject, level, text, quoted(published), advice, record));
    }

    List<DomainFinding> all() {
        return List.copyOf(all);
    }

    private static String adviceFor(String reason) {
        return reason.equals(Lookups.TOO_MANY)
                ? "the domain leads to more names than are looked up; make its records simpler"
                : "see whether the name servers of the domain answer, and run it again";
    }

    /** What others publish is shown, and must not write to a terminal or fill it. */
    static String quoted(String text) {
        int most = DomainFinding.MAX_PUBLISHED;
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && i < most; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' ? c : '?');
        }
        if (text.length() > most) {
            shown.replace(most - 3, most, "...");
        }
        return shown.toString();
    }

    /** Short, for the middle of a sentence. */
    static String word(String text) {
        return quoted(text.length() > 80 ? text.substring(0, 80) : text);
    }
}
