// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.mailbox.MailboxPlugin;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class TestMailerTest {
    @RegisterExtension
    final MailerExtension extension = MailerExtension.with(builder -> builder.stream("news", s -> {}));

    private static Email.Builder mail(String to) {
        return Email.builder()
                .from("Shop <shop@example.com>")
                .to(to)
                .subject("Ihre Bestellung für 4711")
                .text("Thank you, Jo!")
                .html("<p>Thank you, <b>Jo</b>!</p>")
                .header("X-Order", "4711");
    }

    @Test
    void what_the_application_sent_is_asserted_as_a_sentence() {
        try (TestMailer mail = TestMailer.create()) {
            assertThat(mail).sentNothing();

            mail.mailer().send(mail("jo@example.org").build());

            assertThat(mail).sent(1).sentNothingTo("ann@example.org");
            assertThat(mail)
                    .sentTo("Jo@example.org")
                    .hasSubject("Ihre Bestellung für 4711")
                    .isFrom("Shop <shop@example.com>")
                    .isTo("jo@example.org")
                    .hasTextContaining("Thank you", "Jo")
                    .hasHtmlContaining("<b>Jo</b>")
                    .doesNotContain("Ann")
                    .hasHeader("x-order", "4711");
        }
    }

    @Test
    void what_is_wrong_is_told_with_what_was_sent() {
        try (TestMailer mail = TestMailer.create()) {
            assertThatThrownBy(() -> assertThat(mail).sent(1))
                    .hasMessage("Expected one mail to be sent but there were 0: []; no mail was accepted (mail in a"
                            + " transaction is, by its commit)");
            mail.mailer().send(mail("jo+defer@example.org").build());
            assertThatThrownBy(() -> assertThat(mail).sent(2))
                    .hasMessage("Expected 2 mails to be sent but there were 0: []; the deliveries are {DEFERRED=1}");
            mail.clear();
            mail.mailer().send(mail("jo@example.org").build());

            assertThatThrownBy(() -> assertThat(mail).sentTo("ann@example.org"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("one mail to ann@example.org")
                    .hasMessageContaining("Ihre Bestellung für 4711\" to jo@example.org");
            assertThatThrownBy(() -> assertThat(mail).sentNothing()).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> assertThat(mail).sentNothingTo("jo@example.org"))
                    .isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> assertThat(mail).hasDeliveries(DeliveryState.SENT, 2))
                    .hasMessageContaining("2 deliveries to be SENT but there were 1");
            MailAssert one = assertThat(mail).sentTo("jo@example.org");
            assertThatThrownBy(() -> one.hasSubject("Hello")).hasMessageContaining("Ihre Bestellung");
            assertThatThrownBy(() -> one.hasTextContaining("Ann")).hasMessageContaining("Thank you, Jo!");
            assertThatThrownBy(() -> one.hasHtmlContaining("Ann")).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> one.doesNotContain("Jo")).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> one.hasHeader("X-Order", "4712")).hasMessageContaining("X-Order: 4711");
            assertThatThrownBy(() -> one.isFrom("x")).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> one.isTo("x")).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void scheduled_mail_waits_for_the_clock() {
        try (TestMailer mail = TestMailer.create()) {
            mail.mailer()
                    .send(mail("jo@example.org")
                            .sendAt(mail.clock().instant().plus(Duration.ofDays(1)))
                            .build());

            mail.advance(Duration.ofHours(23));
            assertThat(mail).sentNothing().hasDeliveries(DeliveryState.SCHEDULED, 1);

            mail.advance(Duration.ofHours(1));
            assertThat(mail).sentTo("jo@example.org");
        }
    }

    @Test
    void failures_are_played_by_address() {
        try (TestMailer mail = TestMailer.create()) {
            MessageId bounced =
                    mail.mailer().send(mail("jo+bounce@example.org").build()).id();
            mail.mailer().send(mail("jo+defer@example.net").build());

            assertThat(mail)
                    .sentNothing()
                    .hasDeliveries(DeliveryState.REJECTED, 1)
                    .hasDeliveries(DeliveryState.DEFERRED, 1);
            assertThat(Objects.requireNonNull(mail.mailer().find(bounced)).isFinal())
                    .isTrue();

            mail.advance(Duration.ofDays(6));
            assertThat(mail.count(DeliveryState.DEFERRED)).isZero();
        }
    }

    @Test
    void what_is_counted_is_what_came_since_it_was_cleared() {
        try (TestMailer mail = TestMailer.create()) {
            mail.mailer().send(mail("jo+bounce@example.org").build());
            mail.mailer()
                    .send(mail("ann@example.org")
                            .sendAt(mail.clock().instant().plus(Duration.ofDays(1)))
                            .build());
            assertThat(mail).hasDeliveries(DeliveryState.REJECTED, 1).hasDeliveries(DeliveryState.SCHEDULED, 1);

            mail.clear();
            assertThat(mail).hasDeliveries(DeliveryState.REJECTED, 0).hasDeliveries(DeliveryState.SCHEDULED, 0);
            mail.mailer().send(mail("al+bounce@example.org").build());
            assertThat(mail).hasDeliveries(DeliveryState.REJECTED, 1);

            mail.advance(Duration.ofDays(1));
            assertThat(mail).sentTo("ann@example.org");
            assertThat(mail).hasDeliveries(DeliveryState.SENT, 0);
        }
    }

    /** A database that is kept has what an earlier run sent when its clock was days ahead. */
    @Test
    void mail_of_a_clock_that_was_ahead_is_not_counted_and_hides_no_other() {
        String url = H2Stores.nextUrl();
        try (TestMailer earlier = on(url, TestClock.now())) {
            earlier.advance(Duration.ofDays(3));
            earlier.mailer().send(mail("jo+bounce@example.org").build());
            assertThat(earlier).hasDeliveries(DeliveryState.REJECTED, 1);
        }
        try (TestMailer mail = on(url, TestClock.now())) {
            mail.clear();
            assertThat(mail).hasDeliveries(DeliveryState.REJECTED, 0);

            mail.mailer().send(mail("al+bounce@example.org").build());

            assertThat(mail).hasDeliveries(DeliveryState.REJECTED, 1);
        }
    }

    private static TestMailer on(String url, TestClock clock) {
        return over(clock, MailboxPlugin.create(), builder -> builder.store(Stores.open(url, clock)));
    }

    private static TestMailer over(TestClock clock, MailboxPlugin mailbox, Consumer<MailerBuilder> options) {
        MailerBuilder builder = Mailers.builder()
                .clock(clock)
                .closeTimeout(Duration.ZERO)
                .install(mailbox)
                .transport("mailbox:");
        options.accept(builder);
        return TestMailer.of(builder.build(), mailbox, clock);
    }

    @Test
    void mail_of_every_tenant_is_waited_for_and_counted() {
        try (TestMailer mail = TestMailer.with(builder -> builder.tenant("acme"))) {
            mail.mailer().send(mail("jo@example.org").tenant("acme").build());
            assertThat(mail).sentTo("jo@example.org");

            mail.mailer().send(mail("al+bounce@example.org").tenant("acme").build());
            assertThat(mail).hasDeliveries(DeliveryState.SENT, 1).hasDeliveries(DeliveryState.REJECTED, 1);

            mail.clear();
            assertThat(mail).hasDeliveries(DeliveryState.SENT, 0);
        }
    }

    /** Nothing else is due at that moment: a deferred mail's next attempt is later, and a queue that is parked has none. */
    @Test
    void mail_that_expires_is_waited_for() {
        try (TestMailer mail = TestMailer.create()) {
            Instant soon = mail.clock().instant().plus(Duration.ofMinutes(1));
            QueueKey parked = new QueueKey(SampleMessage.LANE, "example.net");
            mail.mailer().park(parked, Instant.MAX, "a test");
            mail.mailer().send(mail("jo+defer@example.org").expiresAt(soon).build());
            mail.mailer().send(mail("jo@example.net").expiresAt(soon).build());
            assertThat(mail).hasDeliveries(DeliveryState.DEFERRED, 1).hasDeliveries(DeliveryState.QUEUED, 1);

            mail.advance(Duration.ofMinutes(1));

            assertThat(mail).hasDeliveries(DeliveryState.EXPIRED, 2).sentNothing();
        }
    }

    @Test
    void a_mailbox_that_dropped_mail_cannot_say_what_was_sent() {
        MailboxPlugin small = MailboxPlugin.builder().maxMessages(2).build();
        try (TestMailer mail = over(TestClock.now(), small, builder -> {})) {
            for (int i = 0; i < 3; i++) {
                mail.mailer().send(mail("jo@example.org").build());
            }

            assertThatThrownBy(() -> assertThat(mail).sent(2))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageMatching(
                            "the mailbox is full: it holds the last 2 mails, of \\d+ bytes, and dropped 1"
                                    + " before them; clear it between, or give it more room, see MailboxPlugin\\.builder\\(\\)");

            mail.clear();
            mail.mailer().send(mail("jo@example.org").build());
            assertThat(mail).sent(1);
        }
    }

    @Test
    void a_mail_whose_reply_was_lost_has_arrived() {
        try (TestMailer mail = TestMailer.create()) {
            mail.mailer()
                    .send(mail("jo+ambiguous@example.org")
                            .ambiguityPolicy(AmbiguityPolicy.HOLD)
                            .build());

            assertThat(mail).sent(1).hasDeliveries(DeliveryState.AMBIGUOUS, 1);
            assertThat(mail).sentTo("jo+ambiguous@example.org");
            assertThatThrownBy(() -> assertThat(mail).sentNothingTo("jo+ambiguous@example.org"))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void the_extension_gives_each_test_one_of_its_own(
            TestMailer mail, Mailer mailer, MailerEngine engine, TestClock clock) {
        assertThat(mailer).isSameAs(engine).isSameAs(mail.mailer());
        assertThat(clock).isSameAs(mail.clock());

        mailer.send(mail("jo@example.org").stream("news").build());

        assertThat(mail).sentTo("jo@example.org");
    }

    @Test
    void the_clock_does_not_go_back() {
        TestClock clock = TestClock.now();

        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofMillis(-1)));
    }
}
