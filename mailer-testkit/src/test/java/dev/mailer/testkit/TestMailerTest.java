// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import java.time.Duration;
import java.util.Objects;
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
