// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.SendResult;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ObservationsTest {
    /** An observation that ended; {@code text} has its keys and values. */
    private record Seen(String name, String parent, String text, String error) {}

    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    private MailerEngine mailer() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStop(Observation.Context context) {
                seen.add(new Seen(
                        context.getName(),
                        context.getParentObservation() == null
                                ? ""
                                : context.getParentObservation()
                                        .getContextView()
                                        .getName(),
                        context.toString(),
                        context.getError() == null
                                ? ""
                                : context.getError().getClass().getSimpleName()));
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        return Mailers.builder().transport("memory:").observations(observations).build();
    }

    private static Email.Builder email() {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .subject("Hello")
                .text("Hi");
    }

    private Seen first(String name) {
        return seen.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void a_mail_is_observed_from_its_submission_to_its_settlement() {
        SendResult result;
        try (MailerEngine mailer = mailer()) {
            result = mailer.send(email().build());
            assertThat(mailer.await(result.id(), Duration.ofSeconds(20)).isFinal())
                    .isTrue();
        }

        assertThat(first("mailer.submit").text())
                .contains("stream='transactional'", "mails='1'", "message.id='" + result.id() + "'");
        assertThat(first("mailer.attempt").text()).contains("message.id='" + result.id() + "'");
        assertThat(first("mailer.ledger.append").parent()).isEqualTo("mailer.ledger.commit");
        assertThat(first("mailer.ledger.settle").parent()).isEqualTo("mailer.ledger.commit");
        assertThat(seen).extracting(Seen::name).contains("mailer.ledger.claim");
        assertThat(seen).allSatisfy(s -> assertThat(s.text()).doesNotContain("jo@", "shop@"));
    }

    @Test
    void a_mail_that_is_refused_is_an_error() {
        try (MailerEngine mailer = mailer()) {
            assertThatExceptionOfType(InvalidEmailException.class)
                    .isThrownBy(() -> mailer.sendAll(
                            List.of(email().build(), email().stream("nowhere").build())));
        }

        assertThat(first("mailer.submit").error()).isEqualTo("InvalidEmailException");
        assertThat(first("mailer.submit").text()).contains("stream='several'");
    }

    @Test
    void a_handler_that_throws_loses_and_doubles_nothing() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStop(Observation.Context context) {
                throw new IllegalStateException(context.getName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        MemoryTransport sent = new MemoryTransport();
        try (MailerEngine mailer =
                Mailers.builder().transport(sent).observations(observations).build()) {
            SendResult result = mailer.send(email().build());

            assertThat(mailer.await(result.id(), Duration.ofSeconds(20)).isFinal())
                    .isTrue();
            assertThat(sent.count()).isEqualTo(1);
            assertThat(mailer.list(MessageQuery.ofTenant("default")).items()).hasSize(1);
        }
    }
}
