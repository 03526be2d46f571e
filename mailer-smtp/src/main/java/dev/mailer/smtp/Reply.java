// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.spi.SmtpReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reply line by line, without codes and separators (RFC 5321 §4.2). */
record Reply(int code, List<String> lines) {
    /** What stands for a reply where nothing was asked. */
    static final Reply OK = new Reply(250, List.of(""));

    boolean isCompletion() {
        return code / 100 == 2;
    }

    /** True when the server closes the connection behind this reply (RFC 5321 §3.8). */
    boolean isClosing() {
        return code == 421;
    }

    /** This without anything in it that was ours to keep, should the server repeat it. */
    Reply without(List<String> secrets) {
        return secrets.isEmpty()
                ? this
                : new Reply(code, lines.stream().map(l -> without(l, secrets)).toList());
    }

    private static String without(String line, List<String> secrets) {
        String shown = line;
        for (String secret : secrets) {
            shown = shown.replace(secret, "***");
        }
        return shown;
    }

    /** As the rules of outcomes want it: the enhanced code of each line (RFC 2034 §4) is taken off the text. */
    SmtpReply smtp() {
        EnhancedCode enhanced = enhancedCode();
        String prefix = enhanced == null ? "" : enhanced.toString();
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            String rest = !prefix.isEmpty() && line.startsWith(prefix) ? line.substring(prefix.length()) : line;
            if (!rest.isBlank()) {
                text.append(text.length() == 0 ? "" : " ").append(rest.strip());
            }
        }
        return new SmtpReply(code, enhanced, text.toString());
    }

    private @Nullable EnhancedCode enhancedCode() {
        EnhancedCode found = EnhancedCode.find(lines.get(0));
        return found != null && found.statusClass() == code / 100 ? found : null;
    }
}
