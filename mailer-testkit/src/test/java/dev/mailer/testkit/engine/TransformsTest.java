// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mailer.api.Address;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.WrappingTransform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the engine does with what transforms make. */
class TransformsTest {
    private final StubTransport transport = new StubTransport();

    @Test
    void only_the_content_is_theirs() {
        try (Rig rig = rig(new WrappingTransform())) {
            MessageId id = rig.send(Rig.mail("jo@example.org").header("Content-Language", "en"));
            rig.await(id, DeliveryState.SENT);
        }

        String[] mail = sent().split("\r\n\r\n", 2);
        assertThat(mail[0])
                .contains("\r\nSubject: Your order\r\n", "\r\nMIME-Version: 1.0\r\n")
                .endsWith("\r\nContent-Type: multipart/mixed; boundary=\"=_wrapped\"")
                .doesNotContain("Content-Language");
        assertThat(mail[1])
                .isEqualTo(String.join(
                        "\r\n",
                        "--=_wrapped",
                        "Content-Language: en",
                        "Content-Type: text/plain; charset=utf-8",
                        "Content-Transfer-Encoding: 7bit",
                        "",
                        "It is on its way.",
                        "",
                        "--=_wrapped--",
                        ""));
    }

    @Test
    void several_go_around_each_other() {
        try (Rig rig = rig(new WrappingTransform(), (m, content) -> null, new WrappingTransform())) {
            rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
        }

        assertThat(sent().split("--=_wrapped--", -1)).hasSize(3);
    }

    @Test
    void a_raw_mail_without_a_version_of_mime_gets_one() {
        try (Rig rig = rig(new WrappingTransform())) {
            rig.await(rig.send(raw("Subject: raw\r\n\r\nas it is\r\n")), DeliveryState.SENT);
        }

        assertThat(sent())
                .contains("\r\nSubject: raw\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed")
                .endsWith("\r\n\r\n--=_wrapped\r\n\r\nas it is\r\n\r\n--=_wrapped--\r\n");
    }

    @Test
    void what_they_leave_alone_is_as_without_them() {
        byte[] plain;
        try (Rig rig = rig()) {
            rig.await(
                    rig.send(raw("subject:raw \r\nX: y\r\nContent-type: text/plain\r\n\r\n.\r\n")), DeliveryState.SENT);
            plain = transport.tried().get(0).content().toByteArray();
        }
        try (Rig rig = rig((mail, content) -> null)) {
            rig.await(
                    rig.send(raw("subject:raw \r\nX: y\r\nContent-type: text/plain\r\n\r\n.\r\n")), DeliveryState.SENT);
        }

        assertThat(withoutStamp(sent())).isEqualTo(withoutStamp(new String(plain, StandardCharsets.ISO_8859_1)));
    }

    @Test
    void they_are_told_whose_mail_it_is() {
        List<EntityTransform.Mail> seen = new CopyOnWriteArrayList<>();
        try (Rig rig = rig(new ForEach(seen))) {
            MessageId id = rig.send(Rig.mail("jo@example.org", "ann@example.org"));
            Rig.until("both are sent", () -> rig.mailer().find(id).isSent());

            assertThat(seen).hasSize(2).allSatisfy(mail -> {
                assertThat(mail.messageId()).isEqualTo(id);
                assertThat(mail.author()).isEqualTo(Address.of("shop@example.com"));
                assertThat(mail.stream()).isEqualTo("transactional");
                assertThat(mail.tenant()).isEqualTo("default");
                assertThat(mail.begin()).isEqualTo(rig.clock.instant());
            });
            assertThat(seen)
                    .flatExtracting(EntityTransform.Mail::recipients)
                    .extracting(r -> r.address().spec())
                    .containsExactlyInAnyOrder("jo@example.org", "ann@example.org");
        }
    }

    @Test
    void a_refused_mail_fails_with_the_reason() {
        try (Rig rig = rig((mail, content) -> {
            throw new EntityTransform.RefusedException("no-key", "there is no key for the recipient at example.org");
        })) {
            DeliveryStatus delivery = rig.await(rig.send("jo@example.org"), DeliveryState.FAILED);

            assertThat(delivery.failure().reason()).isEqualTo("no-key");
            assertThat(delivery.failure().text()).isEqualTo("there is no key for the recipient at example.org");
        }
        assertThat(transport.tried()).isEmpty();
    }

    @Test
    void one_that_cannot_read_what_it_needs_puts_the_mail_off() {
        AtomicBoolean away = new AtomicBoolean(true);
        try (Rig rig = rig((mail, content) -> {
            if (away.get()) {
                throw new IOException("the keys are away");
            }
            return null;
        })) {
            MessageId id = rig.send("jo@example.org");
            rig.await(id, DeliveryState.DEFERRED);

            away.set(false);
            rig.clock.advance(Rig.FIRST_RETRY);

            rig.await(id, DeliveryState.SENT);
        }
    }

    @Test
    void the_mail_as_it_was_given_is_withheld() {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        Transport curious = new StubTransport() {
            @Override
            public void send(List<Submission> submissions, OutcomeSink outcomes) {
                submissions.forEach(s -> told.add(catchThrowable(s::email)));
                super.send(submissions, outcomes);
            }
        };
        try (Rig rig = rig(curious, new WrappingTransform())) {
            rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
        }

        assertThat(told)
                .singleElement()
                .satisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("only the bytes may leave"));
    }

    private Rig rig(EntityTransform... transforms) {
        return rig(transport, transforms);
    }

    private static Rig rig(Transport transport, EntityTransform... transforms) {
        return new Rig()
                .with(m -> m.transport(transport).install(MailerPlugin.of("transforms", p -> {
                    for (EntityTransform transform : transforms) {
                        p.transform(transform);
                    }
                })));
    }

    private String sent() {
        return new String(
                transport.tried().get(transport.tried().size() - 1).content().toByteArray(),
                StandardCharsets.ISO_8859_1);
    }

    private static String withoutStamp(String mail) {
        return mail.replaceAll("(?m)^(Message-ID|Date):.*\r\n", "");
    }

    private static Email.Builder raw(String mail) {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .raw(mail.getBytes(StandardCharsets.US_ASCII));
    }

    private record ForEach(List<EntityTransform.Mail> seen) implements EntityTransform {
        @Override
        public Entity transform(Mail mail, Entity content) {
            seen.add(mail);
            return content;
        }

        @Override
        public boolean perRecipient() {
            return true;
        }
    }
}
