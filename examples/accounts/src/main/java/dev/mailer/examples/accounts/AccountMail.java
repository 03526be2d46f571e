// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.accounts;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Every mail that an account gets; the words are in {@code resources/mail}. Inside a transaction its commit sends them. */
@Component
class AccountMail {
    private static final String SITE = "https://app.example.com";

    private final Mailer mailer;

    AccountMail(Mailer mailer) {
        this.mailer = mailer;
    }

    void welcome(String email, String name) {
        mailer.send(to(email).template("welcome", Map.of("name", name)).build());
    }

    void invitation(String email, String inviter) {
        mailer.send(to(email)
                .template("invitation", Map.of("inviter", inviter, "link", SITE + "/register"))
                .build());
    }

    void verification(String email, String name, OneTimeCodes.Code code) {
        mailer.send(to(email)
                .template("verification", Map.of("name", name, "link", SITE + "/verify#" + code.secret()))
                .expiresAt(code.expiresAt())
                .build());
    }

    /** At most once, and not at all when it would come too late. */
    void recovery(String email, String name, OneTimeCodes.Code code, Instant now) {
        long minutes = Duration.between(now, code.expiresAt()).toMinutes();
        mailer.send(to(email)
                .template("recovery", Map.of("name", name, "code", code.secret(), "minutes", minutes))
                .ambiguityPolicy(AmbiguityPolicy.DROP)
                .expiresAt(code.expiresAt())
                .build());
    }

    private static Email.Builder to(String email) {
        return Email.builder().from("Accounts <accounts@example.com>").to(email);
    }
}
