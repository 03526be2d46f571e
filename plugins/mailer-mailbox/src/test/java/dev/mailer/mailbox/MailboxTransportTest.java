// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.mailbox.Mails.RecordingSink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailboxTransportTest {
    private final Bytes mail = Mails.bytes(Mails.simple("Your order 4711"));
    private final Mailbox mailbox = new Mailbox(10, 10_000);
    private final List<Duration> waits = new ArrayList<>();
    private final RecordingSink sink = new RecordingSink();

    @Test
    void keeps_the_exact_bytes_with_envelope_and_ids() {
        send("jo@example.org", "sam@example.org");

        MailboxMessage kept = mailbox.messages().get(0);
        assertThat(kept.raw()).isEqualTo(mail);
        assertThat(kept.number()).isEqualTo(1);
        assertThat(kept.messageId()).hasToString("01977d3e-5a00-7000-8000-000000000000");
        assertThat(kept.receivedAt()).isEqualTo(Mails.NOW);
        assertThat(kept.sender()).hasToString("bounces@example.com");
        assertThat(kept.receipts())
                .extracting(MailboxMessage.Receipt::deliveryId)
                .containsExactly(100L, 101L);
        assertThat(kept.from()).isEqualTo("Shop <shop@example.com>");
        assertThat(kept.subject()).isEqualTo("Your order 4711");
        assertThat(kept.text()).isEqualTo("Thank you!\r\n");
        assertThat(sink.steps).containsExactly("mayComplete", "ACCEPTED jo", "ACCEPTED sam");
    }

    @ParameterizedTest
    @CsvSource({
        "jo+bounce, REJECTED, RECIPIENT, 550, 5.1.1",
        "jo+full, REJECTED, RECIPIENT, 552, 5.2.2",
        "jo+defer, DEFERRED, RECIPIENT, 451, 4.2.0",
        "jo+DEFER, DEFERRED, RECIPIENT, 451, 4.2.0",
        "jo+misconfigured, MISCONFIGURED, TRANSPORT, 535, 5.7.8",
        "jo+451, DEFERRED, RECIPIENT, 451,",
        "jo+421, DEFERRED, DESTINATION, 421,",
        "jo+tag+550, REJECTED, RECIPIENT, 550,",
        "jo+530, MISCONFIGURED, TRANSPORT, 530,"
    })
    void a_magic_address_is_refused_without_being_kept(
            String local, Kind kind, Scope scope, int code, String enhancedCode) {
        send(local + "@example.org");

        Outcome outcome = sink.outcomes.values().iterator().next();
        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.scope()).isEqualTo(scope);
        assertThat(outcome.failure().code()).isEqualTo(code);
        assertThat(String.valueOf(outcome.failure().enhancedCode())).isEqualTo(String.valueOf(enhancedCode));
        assertThat(outcome.failure().text()).doesNotContain(String.valueOf(enhancedCode));
        assertThat(mailbox.size()).isZero();
        assertThat(sink.steps).doesNotContain("mayComplete");
    }

    @ParameterizedTest
    @CsvSource({"bounce", "jo+bounced", "jo+", "jo+250", "jo+650", "jo+55", "jo+5500", "jo.defer"})
    void other_addresses_are_accepted(String local) {
        send(local + "@example.org");

        assertThat(sink.outcomes.values()).extracting(Outcome::kind).containsExactly(Kind.ACCEPTED);
        assertThat(mailbox.size()).isOne();
    }

    @Test
    void an_ambiguous_address_is_asked_about_and_kept() {
        send("jo+ambiguous@example.org");

        assertThat(sink.steps).containsExactly("mayComplete", "AMBIGUOUS jo+ambiguous");
        assertThat(mailbox.size()).isOne();
    }

    @Test
    void a_slow_address_holds_up_nobody_else() {
        send("jo+slow@example.org", "sam@example.org");

        assertThat(waits).containsExactly(Duration.ofSeconds(5));
        assertThat(sink.steps).containsExactly("mayComplete", "ACCEPTED sam", "wait", "ACCEPTED jo+slow");
    }

    @Test
    void an_interrupted_wait_reports_nothing_for_the_slow() {
        MailboxTransport transport = new MailboxTransport(mailbox, InstantSource.fixed(Mails.NOW), d -> {
            throw new InterruptedException();
        });

        transport.send(List.of(Mails.submission(mail, "jo+slow@example.org", "sam@example.org")), sink);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(sink.outcomes).containsOnlyKeys("sam@example.org");
    }

    @Test
    void some_recipients_may_be_refused_while_others_get_the_mail() {
        send("jo+bounce@example.org", "sam@example.org");

        assertThat(sink.steps).containsExactly("REJECTED jo+bounce", "mayComplete", "ACCEPTED sam");
        assertThat(mailbox.messages().get(0).receipts())
                .extracting(MailboxMessage.Receipt::outcome)
                .containsExactly(Kind.REJECTED, Kind.ACCEPTED);
    }

    @Test
    void nothing_is_kept_or_reported_when_the_submission_may_not_complete() {
        sink.mayComplete = false;

        send("jo@example.org");

        assertThat(mailbox.size()).isZero();
        assertThat(sink.outcomes).isEmpty();
    }

    @Test
    void a_mail_larger_than_the_mailbox_is_rejected() {
        MailboxTransport transport =
                new MailboxTransport(new Mailbox(10, mail.length() - 1), InstantSource.fixed(Mails.NOW), waits::add);

        transport.send(List.of(Mails.submission(mail, "jo@example.org")), sink);

        assertThat(sink.outcomes.values()).extracting(Outcome::kind).containsExactly(Kind.REJECTED);
    }

    @Test
    void the_uri_takes_nothing_but_its_scheme() {
        MailboxTransportFactory factory = new MailboxTransportFactory(mailbox, waits::add);

        assertThat(factory.schemes()).containsExactly("mailbox");
        assertThatThrownBy(() -> factory.create(TransportUri.parse("mailbox://host"), null))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("mailbox: takes no user, host or path; expected just mailbox:");
        assertThatThrownBy(() -> factory.create(TransportUri.parse("mailbox:?size=1"), null))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("unknown option 'size'");
    }

    private void send(String... recipients) {
        MailboxTransport transport = new MailboxTransport(mailbox, InstantSource.fixed(Mails.NOW), duration -> {
            waits.add(duration);
            sink.steps.add("wait");
        });
        transport.send(List.of(Mails.submission(mail, recipients)), sink);
    }
}
