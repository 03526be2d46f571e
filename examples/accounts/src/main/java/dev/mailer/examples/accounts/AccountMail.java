// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.accounts;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Email;
import dev.mailer.api.MailTemplate;
import dev.mailer.api.Mailer;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Every mail that an account gets; the words are in {@code resources/mail}, and the build holds them to the records. Inside a transaction its commit sends them. */
@Component
class AccountMail {
    private static final String SITE = "https://app.example.com";

    private final Mailer mailer;

    AccountMail(Mailer mailer) {
        this.mailer = mailer;
    }

    // tag::record[]
    @MailTemplate("welcome")
    record Welcome(String name) {}

    void welcome(String email, String name) {
        mailer.send(to(email).template(new Welcome(name)).build());
    }
    // end::record[]

    @MailTemplate("invitation")
    record Invitation(String inviter, String link) {}

    void invitation(String email, String inviter) {
        mailer.send(
                to(email).template(new Invitation(inviter, SITE + "/register")).build());
    }

    @MailTemplate("verification")
    record Verification(String name, String link) {}

    /** May arrive twice when the answer of a server is lost: its link is good once, so the second does no harm, and none at all would. */
    void verification(String email, String name, OneTimeCodes.Code code) {
        mailer.send(to(email)
                .template(new Verification(name, SITE + "/verify#" + code.secret()))
                .expiresAt(code.expiresAt())
                .build());
    }

    @MailTemplate("recovery")
    record Recovery(String name, String code, long minutes) {}

    /**
     * At most once, since a second one looks as if somebody else had asked, and not at all when it would come too late. Who gets none asks
     * again.
     */
    void recovery(String email, String name, OneTimeCodes.Code code, Instant now) {
        long minutes = Duration.between(now, code.expiresAt()).toMinutes();
        mailer.send(to(email)
                .template(new Recovery(name, code.secret(), minutes))
                .ambiguityPolicy(AmbiguityPolicy.DROP)
                .expiresAt(code.expiresAt())
                .build());
    }

    private static Email.Builder to(String email) {
        return Email.builder().from("Accounts <accounts@example.com>").to(email);
    }
}
