// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.spi.SmtpReply;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a reply for the site that gave it.
 *
 * @param text as it was written, which is the reason that is shown
 * @param group the provider it is for; empty for all
 * @param greeting only for what is said to the connection itself or to EHLO
 * @param code three characters, digits or {@code x}
 * @param enhanced {@code *}, a code, or one that ends in {@code .*}
 * @param words one of which the reply must hold, in lower case; none for any text
 * @param slow for replies that took this long, whatever they say; zero for a rule about what replies say
 */
record ShapingRule(
        String text,
        String group,
        boolean greeting,
        String code,
        String enhanced,
        List<String> words,
        Duration slow,
        ShapingAction action) {
    ShapingRule {
        words = List.copyOf(words);
    }

    boolean isAbout(String siteGroup) {
        return group.isEmpty() || group.equals(siteGroup);
    }

    boolean fits(SmtpReply reply, boolean atGreeting) {
        return slow.isZero()
                && (atGreeting || !greeting)
                && fitsCode(reply.code())
                && fitsEnhanced(reply.enhancedCode())
                && fitsText(reply.text());
    }

    boolean fits(Duration took) {
        return !slow.isZero() && took.compareTo(slow) >= 0;
    }

    private boolean fitsCode(int actual) {
        String digits = Integer.toString(actual);
        for (int i = 0; i < 3; i++) {
            if (code.charAt(i) != 'x' && code.charAt(i) != digits.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean fitsEnhanced(@Nullable EnhancedCode actual) {
        if (enhanced.equals("*") || actual == null) {
            return enhanced.equals("*");
        }
        return enhanced.endsWith(".*")
                ? actual.toString().startsWith(enhanced.substring(0, enhanced.length() - 1))
                : actual.toString().equals(enhanced);
    }

    private boolean fitsText(String actual) {
        if (words.isEmpty()) {
            return true;
        }
        String lower = actual.toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(lower::contains);
    }
}
