// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says how far a merge is: a bar on a terminal, elsewhere a line every few seconds. Not thread-safe. */
final class MergeProgress {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final int WIDTH = 30;

    private final Terminal terminal;
    private final long total;
    private final Instant started;
    private @Nullable Instant said;
    private int drawn;

    MergeProgress(Terminal terminal, long total) {
        this.terminal = terminal;
        this.total = total;
        this.started = terminal.clock().instant();
    }

    void show(long done) {
        Instant now = now();
        String text = text(done, Duration.between(started, now));
        if (terminal.interactive()) {
            int filled = total <= done ? WIDTH : (int) (done * WIDTH / total);
            String line = "[" + "=".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + text;
            terminal.err().print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
            terminal.err().flush();
            drawn = line.length();
        } else if (said == null || Duration.between(said, now).compareTo(EVERY) >= 0) {
            if (said != null) {
                terminal.note(text);
            }
            said = now;
        }
    }

    /** A text of its own line. */
    void note(String text) {
        clear();
        terminal.note(text);
    }

    Instant now() {
        return terminal.clock().instant();
    }

    Instant started() {
        return started;
    }

    /** Takes the bar away. */
    void clear() {
        if (drawn > 0) {
            terminal.err().print("\r" + " ".repeat(drawn) + "\r");
            drawn = 0;
        }
    }

    private String text(long done, Duration spent) {
        double rate = spent.toMillis() == 0 ? 0 : done * 1000.0 / spent.toMillis();
        String left = rate == 0 ? "?" : clock(Duration.ofSeconds(Math.round(Math.max(0, total - done) / rate)));
        return done + "/" + total + " rows, " + Math.round(rate) + "/s, " + left + " to go";
    }

    private static String clock(Duration time) {
        return String.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}
