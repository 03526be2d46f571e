// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.core.MailerBuilder;
import dev.mailer.core.SuppressionOptions;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code suppression.bounces} and {@code suppression.complaints}: {@code forever}, {@code off}, or a time such as {@code 30d}. */
final class SuppressionTerms {
    private static final Term FOREVER = new Term("forever", null);
    private static final Term OFF = new Term("off", null);

    private final GivenSettings given;
    private final BiConsumer<String, Consumer<MailerBuilder>> options;

    /** @param options takes what the builder is to be told, by the name of the setting */
    SuppressionTerms(GivenSettings given, BiConsumer<String, Consumer<MailerBuilder>> options) {
        this.given = given;
        this.options = options;
    }

    /** @param time null where the text says all */
    private record Term(String text, @Nullable Duration time) {
        static @Nullable Term read(String text) {
            if (text.equals(FOREVER.text)) {
                return FOREVER;
            }
            if (text.equals(OFF.text)) {
                return OFF;
            }
            Duration time = Values.duration(text);
            return time == null ? null : new Term(Values.shown(time), time);
        }
    }

    void read() {
        Term bounces = term("suppression.bounces");
        set("suppression.bounces", s -> {
            if (bounces.time != null) {
                s.bounces(bounces.time);
            } else if (bounces.equals(OFF)) {
                s.bouncesOff();
            }
        });
        Term complaints = term("suppression.complaints");
        set("suppression.complaints", s -> {
            if (complaints.time != null) {
                s.complaints(complaints.time);
            } else if (complaints.equals(OFF)) {
                s.complaintsOff();
            }
        });
    }

    private Term term(String key) {
        return given.value(key, FOREVER, "forever, off, or a duration such as 30d", Term::read, Term::text);
    }

    private void set(String key, Consumer<SuppressionOptions> option) {
        options.accept(key, b -> b.suppression(option));
    }
}
