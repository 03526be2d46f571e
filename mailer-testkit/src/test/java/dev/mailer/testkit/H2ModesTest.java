// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MessageStatus;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2 as tests of a host open it: in the mode of the database that the host has in production. */
class H2ModesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE",
                ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
                ";MODE=MySQL",
                ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                ";MODE=MariaDB;DATABASE_TO_LOWER=TRUE",
                ";MODE=LEGACY",
                ";MODE=DB2",
                ";MODE=HSQLDB",
                ";DATABASE_TO_UPPER=FALSE"
            })
    void mail_goes_through(String options) {
        try (MailerEngine mailer = Mailers.builder()
                .store(Stores.open(H2Stores.nextUrl() + options, InstantSource.system()))
                .transport("null:")
                .build()) {
            Email mail = Email.builder()
                    .from("shop@example.com")
                    .to("jo@example.org")
                    .subject("Your order")
                    .text("It is on its way.")
                    .attach(Attachment.of("a.txt", "text/plain", new byte[300_000]))
                    .idempotencyKey("k")
                    .build();

            MessageStatus sent = mailer.await(mailer.send(mail).id(), Duration.ofSeconds(30));

            assertThat(sent.isSent()).isTrue();
            assertThat(mailer.send(mail).isDuplicate()).isTrue();
            assertThat(mailer.find(sent.id())).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Oracle", "MSSQLServer", "Derby", "STRICT"})
    void another_mode_is_refused_by_name(String mode) {
        assertThatThrownBy(() -> Stores.open(H2Stores.nextUrl() + ";MODE=" + mode, InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith(
                        "store: H2 in the mode " + mode.toUpperCase(Locale.ROOT) + " cannot hold the ledger");
    }

    @Test
    void names_that_differ_in_case_must_differ() {
        assertThatThrownBy(() -> Stores.open(H2Stores.nextUrl() + ";IGNORECASE=TRUE", InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(
                        "store: H2 with IGNORECASE=TRUE takes names for the same that differ in case; take it out of the address");
    }
}
