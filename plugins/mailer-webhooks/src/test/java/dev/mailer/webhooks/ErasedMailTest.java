// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Texts;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Of a mail that is erased, or cannot be read, receivers are told the facts that are left, and nothing that is made up. */
@Timeout(120)
class ErasedMailTest {
    private static final Instant AT = Instant.parse("2026-08-05T12:00:03Z");
    private static final MessageId ID = MessageId.of("01989a00-0000-7000-8000-000000000001");
    private static final String WORDS = "(unreadable: its master key is not configured)";

    @ParameterizedTest
    @EnumSource(names = {"ERASED", "UNREADABLE"})
    void its_ids_type_and_times_are_told_and_which_of_the_two_it_is(Texts texts) {
        boolean erased = texts == Texts.ERASED;
        MailEvent event = MailEvent.builder(EventType.BOUNCED, AT, "default").id(7).stream("transactional")
                .message(ID)
                .delivery(77, erased ? "" : WORDS)
                .attempt(1, null)
                .failure(
                        erased
                                ? null
                                : Failure.builder("unreadable", Phase.PREPARE)
                                        .text(WORDS)
                                        .build())
                .build();
        Mail mail = new Mail(AT.minusSeconds(3), null, null, "<1@example.com>", Map.of(), texts);

        JsonNode standard = JsonMapper.shared().readTree(StandardPayload.of(event, mail));
        JsonNode postal = JsonMapper.shared().readTree(PostalPayload.of(event, mail, new UUID(1, 2)));

        String word = erased ? "erased" : "unreadable";
        assertThat(standard.path("data").propertyNames())
                .containsExactlyInAnyOrder(
                        "event_id",
                        "tenant",
                        "stream",
                        "email_id",
                        "message_id",
                        "created_at",
                        "delivery_id",
                        "attempt",
                        word);
        assertThat(standard.path("type").asString()).isEqualTo("email.bounced");
        assertThat(standard.at("/data/" + word).asBoolean()).isTrue();
        JsonNode message = postal.at("/payload/original_message");
        assertThat(message.path(word).asBoolean()).isTrue();
        for (String unknown : new String[] {"to", "from", "subject", "tag"}) {
            assertThat(message.path(unknown).isNull()).as(unknown).isTrue();
        }
        assertThat(standard + "" + postal).doesNotContain("(unreadable");
    }

    @Test
    void a_replay_after_the_erasure_says_so_and_what_was_answered_is_gone() throws Exception {
        try (Receiver receiver = new Receiver();
                Rig rig = new Rig(b -> {})) {
            receiver.reply = Receiver.status(500, "jo@example.org is no customer");
            String id = rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(receiver.url())
                                    .types(EventType.SENT)
                                    .build(),
                            null)
                    .endpoint()
                    .id();
            MessageId mail = rig.send("jo@example.org");
            Rig.until(
                    "it was tried",
                    () -> rig.webhooks().log().deliveries(Rig.TENANT, new Query(id, null, null, null, 1)).stream()
                            .anyMatch(d -> d.attempts() == 1));
            long event = rig.mailer.trace(mail).told().get(0).event();
            assertThat(rig.webhooks()
                            .log()
                            .attempts(Rig.TENANT, id, event)
                            .get(0)
                            .excerpt())
                    .contains("jo@example.org");
            rig.mailer.personalData().erase(Rig.TENANT, "jo@example.org");
            assertThat(rig.webhooks()
                            .log()
                            .attempts(Rig.TENANT, id, event)
                            .get(0)
                            .excerpt())
                    .isEmpty();

            receiver.reply = Receiver.status(200, "jo@example.org is known");
            rig.move(java.time.Duration.ofMinutes(1));
            rig.replay(Rig.TENANT, id, new Selection(event, null, null, null));
            Rig.until(
                    "it is told",
                    () -> rig.mailer.trace(mail).told().get(0).state().equals("delivered"));

            Receiver.Got last = receiver.got.get(receiver.got.size() - 1);
            JsonNode data = JsonMapper.shared().readTree(last.body()).path("data");
            assertThat(data.path("erased").asBoolean()).isTrue();
            assertThat(data.path("email_id").asString()).isEqualTo(mail.toString());
            assertThat(last.text()).doesNotContain("example.org");
            assertThat(last.id()).isEqualTo(receiver.got.get(0).id());
            assertThat(rig.webhooks().log().attempts(Rig.TENANT, id, event))
                    .hasSize(2)
                    .allMatch(a -> a.excerpt().isEmpty());
        }
    }
}
