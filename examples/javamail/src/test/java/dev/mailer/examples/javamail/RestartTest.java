// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.javamail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.testkit.smtp.ReceivedMail;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** What the mail server did not take before the application was stopped, it gets from the next start. */
class RestartTest {
    @Test
    void mail_that_is_not_sent_yet_is_kept_over_a_restart() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .start();
                ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            server.reply(Stage.MAIL_FROM, "451 4.3.0 later");
            String html;
            try (ConfigurableApplicationContext club = start(postgres, server)) {
                club.getBean(Members.class).join("jo@example.org", "Jörg");
                html = club.getBean(WelcomeMail.class).html("Jörg");
                Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> hasTried(server));
            }
            assertThat(server.mails()).isEmpty();

            server.behave();
            try (ConfigurableApplicationContext club = start(postgres, server)) {
                assertThat(club.isRunning()).isTrue();
                List<ReceivedMail> mails = server.awaitMails(1, Duration.ofMinutes(1));

                assertThat(mails).singleElement().satisfies(mail -> {
                    assertThat(mail.recipients()).containsExactly("jo@example.org");
                    WelcomeParts.check(mail.content(), html);
                });
            }
        }
    }

    private static boolean hasTried(ScriptedSmtpServer server) {
        return server.sessions().stream().flatMap(s -> s.commands().stream()).anyMatch(c -> c.startsWith("MAIL FROM"));
    }

    private static ConfigurableApplicationContext start(EmbeddedPostgres postgres, ScriptedSmtpServer server) {
        return SpringApplication.run(
                ClubApplication.class,
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + server.port(),
                "--spring.main.banner-mode=off",
                "--mailer.retry.first=200ms");
    }
}
