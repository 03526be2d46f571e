// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.util.List;

/** Commands and replies as people read them, a line each: {@code > MAIL FROM:<***@example.org>} and {@code < 250 2.1.0 Ok}. Bounded. Used by one thread. */
final class Talk {
    private static final int MOST = 3_000;
    private static final int MOST_LINE = 500;
    private static final String CUT = " …";

    private final StringBuilder text = new StringBuilder(160);

    void ask(String command) {
        line("> ", command);
    }

    void answer(Reply reply) {
        List<String> lines = reply.lines();
        line("< ", reply.code() + " " + (lines.size() == 1 ? lines.get(0) : String.join(" / ", lines)));
    }

    /** Something that happened. */
    void note(String what) {
        line("= ", what);
    }

    void addAll(String lines) {
        if (!lines.isEmpty() && hasRoom()) {
            begin();
            text.append(lines);
        }
    }

    private void line(String mark, String line) {
        if (hasRoom()) {
            begin();
            text.append(mark).append(line, 0, Math.min(line.length(), MOST_LINE));
            if (line.length() > MOST_LINE) {
                text.append(CUT);
            }
            if (!hasRoom()) {
                text.append(CUT);
            }
        }
    }

    private void begin() {
        if (text.length() > 0) {
            text.append('\n');
        }
    }

    private boolean hasRoom() {
        return text.length() < MOST;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
