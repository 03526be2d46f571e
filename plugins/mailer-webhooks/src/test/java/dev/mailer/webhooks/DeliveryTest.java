// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Status;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks of a mailer that runs, against receivers on this machine. */
@Timeout(180)
class DeliveryTest {
    private Receiver receiver;

    @BeforeEach
    void open() throws Exception {
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void each_event_is_told_once_signed_and_with_all_that_is_known() {
        try (Rig rig = new Rig(b -> {})) {
            Webhooks.Created made = rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(receiver.url())
                                    .header("X-Mine", "yes")
                                    .build(),
                            null);
            MessageId id = rig.send("jo@example.org");
            Rig.until("both events are told", () -> receiver.got.size() == 2);

            Receiver.Got sent = receiver.got.stream()
                    .filter(g -> g.text().contains("email.sent"))
                    .findFirst()
                    .orElseThrow();
            JsonNode json = JsonMapper.shared().readTree(sent.body());
            assertThat(json.at("/data/email_id").asString()).isEqualTo(id.toString());
            assertThat(json.at("/data/to/0").asString()).isEqualTo("jo@example.org");
            assertThat(json.at("/data/from").asString()).contains("shop@example.com");
            assertThat(json.at("/data/subject").asString()).isEqualTo("Your order");
            assertThat(json.at("/data/message_id").asString()).startsWith("<");
            assertThat(json.at("/data/tags/kind").asString()).isEqualTo("order");
            assertThat(json.at("/data/stream").asString()).isEqualTo("transactional");
            assertThat(json.at("/data/attempt").asInt()).isEqualTo(1);
            assertThat(sent.header("content-type")).isEqualTo("application/json");
            assertThat(sent.header("x-mine")).isEqualTo("yes");
            assertThat(sent.header("svix-signature")).isEqualTo(sent.header("webhook-signature"));
            assertThat(sent.header("webhook-signature"))
                    .isEqualTo(SigningSecret.of(made.secret())
                            .sign(sent.id(), Long.parseLong(sent.header("webhook-timestamp")), sent.body()));
            assertThat(receiver.got).extracting(Receiver.Got::id).doesNotHaveDuplicates();
            assertThat(rig.meters.get("mailer.webhooks.attempts").timer().count())
                    .isEqualTo(2);
        }
    }

    @Test
    void an_endpoint_is_told_what_it_asked_for_from_when_it_was_made_and_of_its_tenant_only() {
        try (Rig rig = new Rig(b -> {})) {
            MessageId before = rig.send("before@example.org");
            Rig.until("it is sent", () -> rig.mailer.find(before).lastEvent() == EventType.SENT);
            rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(receiver.url() + "/sent")
                                    .types(EventType.SENT)
                                    .build(),
                            null);
            rig.webhooks()
                    .create(
                            "other",
                            WebhookOptions.to(receiver.url() + "/other").build(),
                            null);
            rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(receiver.url() + "/bulk")
                                    .streams(Set.of("broadcast"))
                                    .build(),
                            null);
            rig.send("after@example.org");
            String all = rig.create(receiver.url() + "/all");
            rig.send("last@example.org");

            Rig.until(
                    "the last is told",
                    () -> receiver.got.stream()
                                    .filter(g -> g.path().endsWith("/sent"))
                                    .count()
                            == 2);
            Rig.until("all of it is told", () -> rig.webhooks().log().waiting(Rig.TENANT, all) == 0);
            assertThat(receiver.got)
                    .noneMatch(g -> g.path().endsWith("/other") || g.path().endsWith("/bulk"));
            assertThat(receiver.got)
                    .filteredOn(g -> g.path().endsWith("/sent"))
                    .allMatch(g -> g.text().contains("email.sent"))
                    .noneMatch(g -> g.text().contains("before@"));
        }
    }

    @Test
    void a_failure_is_tried_again_with_the_same_id_and_bytes_and_given_up_after_a_day() {
        receiver.reply = Receiver.status(500, "no\u001b[31m luck");
        try (Rig rig = new Rig(b -> {})) {
            String id = only(rig, EventType.SENT);
            rig.send("jo@example.org");
            for (int tries = 1; tries <= 8; tries++) {
                int made = tries;
                Rig.until("try " + made, () -> list(rig, id, null).stream().anyMatch(d -> d.attempts() >= made));
                if (tries < 8) {
                    assertThat(list(rig, id, Status.WAITING)).hasSize(1);
                    rig.move(RetryWaits.WAITS
                            .get(tries - 1)
                            .multipliedBy(6)
                            .dividedBy(5)
                            .plusMinutes(13));
                }
            }

            Rig.until("it is given up", () -> list(rig, id, Status.DEAD).size() == 1);
            Delivery dead = list(rig, id, Status.DEAD).get(0);
            List<Attempt> attempts = rig.webhooks().log().attempts(Rig.TENANT, id, dead.event());
            assertThat(attempts)
                    .hasSize(8)
                    .allMatch(a -> a.status() == 500 && a.result().equals("status"));
            assertThat(attempts.get(0).excerpt()).isEqualTo("no\\u001b[31m luck");
            assertThat(Duration.between(attempts.get(0).at(), attempts.get(7).at()))
                    .isGreaterThan(Duration.ofHours(27));
            assertThat(receiver.got)
                    .hasSize(8)
                    .extracting(Receiver.Got::id)
                    .containsOnly(receiver.got.get(0).id());
            assertThat(receiver.got)
                    .extracting(Receiver.Got::text)
                    .containsOnly(receiver.got.get(0).text());

            receiver.reply = Receiver.status(200, "");
            rig.webhooks().enable(Rig.TENANT, id, false);
            rig.webhooks().enable(Rig.TENANT, id, true);
            assertThat(rig.replay(Rig.TENANT, id, new Selection(null, Status.DEAD, null, null)))
                    .isEqualTo(1);
            Rig.until("it is delivered", () -> list(rig, id, Status.DELIVERED).size() == 1);
            assertThat(receiver.got.get(8).id()).isEqualTo(receiver.got.get(0).id());
            assertThat(rig.replay("other", id, new Selection(null, null, null, null)))
                    .isZero();
        }
    }

    @Test
    void the_timeline_of_a_mail_and_health_tell_how_far_each_webhook_was_told() throws Exception {
        int deadPort = freePort();
        try (Rig rig = new Rig(b -> {})) {
            String good = only(rig, EventType.SENT);
            String failing = rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to("http://127.0.0.1:" + deadPort + "/")
                                    .types(EventType.SENT)
                                    .build(),
                            null)
                    .endpoint()
                    .id();
            MessageId id = rig.send("jo@example.org");
            Rig.until(
                    "both were tried",
                    () -> rig.mailer.trace(id).told().stream()
                                    .filter(t -> t.attempts() == 1)
                                    .count()
                            == 2);

            Trace trace = rig.mailer.trace(id);
            long sent = trace.events().stream()
                    .filter(e -> e.type() == EventType.SENT)
                    .findFirst()
                    .orElseThrow()
                    .id();
            Trace.Told told = told(trace, good);
            assertThat(told).isEqualTo(new Trace.Told(sent, good, "delivered", told.at(), 1, 204, "delivered", null));
            Trace.Told waits = told(trace, failing);
            assertThat(waits)
                    .isEqualTo(new Trace.Told(
                            sent, failing, "waiting", waits.at(), 1, 0, "connect", waits.nextAttemptAt()));
            assertThat(waits.nextAttemptAt()).isAfter(waits.at());

            rig.webhooks().enable(Rig.TENANT, failing, false);
            Rig.until("health tells", () -> numbers(rig).getOrDefault("disabled", 0L) == 1);
            assertThat(numbers(rig))
                    .containsOnlyKeys("endpoints", "disabled", "resting", "unreadable", "dead", "oldestWaitingSeconds")
                    .containsEntry("endpoints", 2L);
            assertThat(rig.mailer.health().sending()).isTrue();
            assertThat(rig.mailer.health().problem()).isNull();
        }
    }

    private static Trace.Told told(Trace trace, String webhook) {
        return trace.told().stream()
                .filter(t -> t.webhook().equals(webhook))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> numbers(Rig rig) {
        return rig.mailer.health().plugins().getOrDefault(WebhooksPlugin.NAME, Map.of());
    }

    @Test
    void an_endpoint_that_is_gone_is_disabled_at_once_and_what_it_is_to_be_told_is_given_up() {
        receiver.reply = Receiver.status(410, "");
        try (Rig rig = new Rig(b -> {})) {
            String id = only(rig, EventType.SENT);
            rig.send("jo@example.org");

            Rig.until(
                    "it is disabled",
                    () -> !rig.webhooks().find(Rig.TENANT, id).state().enabled());
            assertThat(rig.webhooks().find(Rig.TENANT, id).state().reason()).contains("410");
            assertThat(list(rig, id, Status.DEAD)).hasSize(1);
            assertThat(rig.meters.get("mailer.webhooks.disablings").counter().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void one_that_fails_in_a_row_rests_while_the_others_schedules_stand_still_and_recovers_by_a_probe() {
        receiver.reply = Receiver.status(503, "");
        try (Rig rig = new Rig(b -> {})) {
            String id = only(rig, EventType.SENT);
            for (int i = 0; i < 40; i++) {
                rig.send("jo" + i + "@example.org");
            }
            Rig.until(
                    "it rests",
                    () -> rig.webhooks().find(Rig.TENANT, id).state().restsUntil() != null);
            Rig.until("all wait", () -> rig.webhooks().log().waiting(Rig.TENANT, id) == 40);
            Rig.until(
                    "nothing is under way",
                    () -> rig.meters.get("mailer.webhooks.requests").gauge().value() == 0);
            assertThat(receiver.got.size()).isLessThan(20);
            assertThat(list(rig, id, null).stream()
                            .filter(d -> d.attempts() == 0)
                            .count())
                    .isGreaterThan(20);

            int before = receiver.got.size();
            rig.move(Duration.ofSeconds(30));
            Rig.until("it is probed", () -> receiver.got.size() > before);
            receiver.reply = Receiver.status(200, "");
            rig.move(Duration.ofHours(2));
            Rig.until("all is told", () -> list(rig, id, Status.DELIVERED).size() == 40);
            assertThat(rig.webhooks().find(Rig.TENANT, id).state().enabled()).isTrue();
            Rig.until("its failures are forgotten", () -> {
                rig.send("more@example.org");
                return rig.webhooks().find(Rig.TENANT, id).state().failures() == 0;
            });
        }
    }

    @Test
    void one_without_a_success_for_five_days_is_disabled() {
        receiver.reply = Receiver.status(500, "");
        try (Rig rig = new Rig(b -> {})) {
            String id = only(rig, EventType.SENT);
            for (int i = 0; i < 6; i++) {
                rig.send("jo" + i + "@example.org");
            }
            Rig.until(
                    "it rests",
                    () -> rig.webhooks().find(Rig.TENANT, id).state().failures() >= 5);
            rig.move(Duration.ofDays(5).minusMinutes(1));
            int before = rig.webhooks().find(Rig.TENANT, id).state().failures();
            Rig.until(
                    "it has failed again",
                    () -> rig.webhooks().find(Rig.TENANT, id).state().failures() > before);
            aRound(rig);
            assertThat(rig.webhooks().find(Rig.TENANT, id).state().enabled()).isTrue();
            rig.move(Duration.ofMinutes(2));
            Rig.until(
                    "it is disabled",
                    () -> !rig.webhooks().find(Rig.TENANT, id).state().enabled());
            assertThat(rig.webhooks().find(Rig.TENANT, id).state().reason()).contains("succeeded");
        }
    }

    @Test
    void what_an_endpoint_asks_to_wait_is_waited() {
        receiver.reply = exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "1800");
            exchange.sendResponseHeaders(429, -1);
        };
        try (Rig rig = new Rig(b -> {})) {
            String id = only(rig, EventType.SENT);
            rig.send("jo@example.org");
            Rig.until("it was asked to wait", () -> list(rig, id, null).stream().anyMatch(d -> d.attempts() == 1));

            Delivery waiting = list(rig, id, Status.WAITING).get(0);
            assertThat(Duration.between(waiting.changedAt(), waiting.dueAt())).isEqualTo(Duration.ofMinutes(30));
        }
    }

    @Test
    void neither_a_dead_nor_a_hanging_endpoint_holds_up_another(@TempDir Path folder) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver hanging = new Receiver()) {
            int deadPort = freePort();
            hanging.reply = Receiver.after(end);
            // so few at a time that the hanging ones would take them all
            try (Rig rig = new Rig("sqlite:" + folder.resolve("ledger.db"), b -> b.together(2))) {
                for (int i = 0; i < 4; i++) {
                    rig.create(hanging.url() + i);
                }
                rig.create("http://127.0.0.1:" + deadPort + "/");
                MessageId first = rig.send("first@example.org");
                Rig.until("all hang", () -> hanging.got.size() == 4);
                Rig.until("it is sent", () -> rig.mailer.find(first).lastEvent() == EventType.SENT);

                String fast = only(rig, EventType.SENT);
                for (int i = 0; i < 50; i++) {
                    rig.send("jo" + i + "@example.org");
                }
                Rig.until("the fast one has all", () -> receiver.got.size() == 50);
                assertThat(hanging.got)
                        .as("all hang still, with one request each")
                        .hasSize(4);
                Rig.until("it is known", () -> list(rig, fast, Status.DELIVERED).size() == 50);
                end.countDown();
            }
        } finally {
            end.countDown();
        }
    }

    @Test
    void two_nodes_share_the_work_and_tell_each_event_once() {
        try (Rig one = new Rig(b -> {})) {
            String id = only(one, EventType.SENT);
            CountDownLatch both = new CountDownLatch(1);
            // before its first success a node makes one request at a time, so the second is the other's
            receiver.reply = exchange -> {
                if (receiver.got.size() > 1) {
                    both.countDown();
                }
                Receiver.after(both).to(exchange);
            };
            try (SecondNode two = new SecondNode(one)) {
                for (int i = 0; i < 200; i++) {
                    one.send("jo" + i + "@example.org");
                }
                Rig.until("all is told", () -> list(one, id, Status.DELIVERED).size() == 200);
                assertThat(two.requests()).isPositive();
            }
            assertThat(receiver.got).hasSize(200);
            assertThat(new HashSet<>(receiver.got.stream().map(Receiver.Got::id).toList()))
                    .hasSize(200);
        }
    }

    @Test
    void what_waits_survives_a_restart_and_a_claim_of_a_dead_node_comes_back(@TempDir Path folder) {
        String url = "sqlite:" + folder.resolve("ledger.db");
        receiver.reply = Receiver.status(500, "");
        String id;
        try (Rig rig = new Rig(url, b -> {})) {
            id = only(rig, EventType.SENT);
            rig.send("jo@example.org");
            Rig.until("it waits", () -> list(rig, id, null).stream().anyMatch(d -> d.attempts() == 1));
        }
        receiver.reply = Receiver.status(200, "");
        try (Rig rig = new Rig(url, b -> {})) {
            rig.move(Duration.ofHours(1));
            Rig.until("it is told", () -> list(rig, id, Status.DELIVERED).size() == 1);
            assertThat(receiver.got)
                    .hasSize(2)
                    .extracting(Receiver.Got::id)
                    .containsOnly(receiver.got.get(0).id());
        }
    }

    @Test
    void a_secret_is_rotated_without_a_gap_and_its_predecessor_ends_after_a_day() {
        try (Rig rig = new Rig(b -> {})) {
            Webhooks.Created made = rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(receiver.url())
                                    .types(EventType.SENT)
                                    .build(),
                            null);
            Secret next = rig.webhooks()
                    .rotate(Rig.TENANT, made.endpoint().id(), null)
                    .secret();
            rig.send("jo@example.org");
            Rig.until("it is told", () -> receiver.got.size() == 1);
            rig.move(Duration.ofHours(25));
            rig.send("al@example.org");
            Rig.until("it is told", () -> receiver.got.size() == 2);

            assertThat(receiver.got.get(0).header("webhook-signature"))
                    .isEqualTo(
                            signature(next, receiver.got.get(0)) + " " + signature(made.secret(), receiver.got.get(0)));
            assertThat(receiver.got.get(1).header("webhook-signature")).isEqualTo(signature(next, receiver.got.get(1)));
        }
    }

    @Test
    void a_key_pair_is_followed_by_a_key_pair_unless_something_else_is_given() {
        try (Rig rig = new Rig(b -> {})) {
            String id = rig.webhooks()
                    .create(Rig.TENANT, WebhookOptions.to(receiver.url()).build(), SigningKind.ED25519.generate())
                    .endpoint()
                    .id();

            Webhooks.Created next = rig.webhooks().rotate(Rig.TENANT, id, null);
            assertThat(next.secret().reveal()).startsWith("whsk_");
            assertThat(next.endpoint().publicKeys()).hasSize(2);
            assertThat(rig.webhooks()
                            .rotate(Rig.TENANT, id, SigningKind.HMAC.generate())
                            .secret()
                            .reveal())
                    .startsWith("whsec_");
            assertThat(rig.webhooks().rotate("other", id, null)).isNull();
        }
    }

    @Test
    void endpoints_of_settings_are_made_and_changed_by_who_names_them_and_by_nobody_else(@TempDir Path folder) {
        String url = "sqlite:" + folder.resolve("ledger.db");
        try (Rig rig = new Rig(url, b -> named(b, receiver.url()))) {
            assertThat(rig.webhooks().find(Rig.TENANT, "shop").named()).isTrue();
            assertThatThrownBy(() -> rig.webhooks().remove(Rig.TENANT, "shop"))
                    .isInstanceOf(InvalidWebhookException.class);
            assertThat(rig.webhooks().remove("other", "shop"))
                    .as("another tenant does not learn that there is one")
                    .isFalse();
            assertThatThrownBy(() -> rig.webhooks().rotate(Rig.TENANT, "shop", null))
                    .isInstanceOf(InvalidWebhookException.class);
            rig.webhooks().enable(Rig.TENANT, "shop", false);
        }
        try (Rig rig = new Rig(url, b -> named(b, receiver.url()))) {
            assertThat(rig.webhooks().find(Rig.TENANT, "shop").state().enabled())
                    .as("a start does not undo what was done by hand")
                    .isFalse();
            rig.webhooks().enable(Rig.TENANT, "shop", true);
        }
        try (Rig rig = new Rig(url, b -> {})) {
            assertThat(rig.webhooks().find(Rig.TENANT, "shop").state().enabled())
                    .as("a program that does not name it leaves it as it is")
                    .isTrue();
            assertThatThrownBy(() -> rig.webhooks().update(Rig.TENANT, "shop", before -> before))
                    .isInstanceOf(InvalidWebhookException.class);
        }
        try (Rig rig = new Rig(url, b -> named(b, receiver.url() + "/new"))) {
            rig.send("jo@example.org");
            Rig.until(
                    "it is told",
                    () -> receiver.got.stream().anyMatch(g -> g.path().equals("/hook/new")));
        }
        try (Rig rig = new Rig(url, b -> {})) {
            assertThat(rig.webhooks().remove(Rig.TENANT, "shop")).isTrue();
        }
        try (Rig rig = new Rig(url, b -> named(b, receiver.url()))) {
            assertThat(rig.webhooks().find(Rig.TENANT, "shop").state().enabled())
                    .as("its name is free again")
                    .isTrue();
        }
    }

    private static void named(WebhooksBuilder builder, String url) {
        builder.endpoint(
                "shop",
                Rig.TENANT,
                WebhookOptions.to(url).build(),
                Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    }

    @Test
    void a_test_is_sent_at_once_and_kept_nowhere() {
        receiver.reply = Receiver.status(202, "thanks");
        try (Rig rig = new Rig(b -> {})) {
            String id = rig.create(receiver.url());

            Attempt attempt = rig.webhooks().test(Rig.TENANT, id);

            assertThat(attempt.status()).isEqualTo(202);
            assertThat(attempt.excerpt()).isEqualTo("thanks");
            assertThat(receiver.got.get(0).text()).contains("webhook.test");
            assertThat(list(rig, id, null)).isEmpty();
            assertThat(rig.webhooks().test("other", id)).isNull();
        }
    }

    /** Each round counts anew how webhooks are, before it looks which of them have failed for too long. */
    private static void aRound(Rig rig) {
        for (int begun = 0; begun < 3; begun++) {
            Map<String, Long> counted = rig.plugin.condition();
            Rig.until("a round has begun", () -> rig.plugin.condition() != counted);
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String signature(Secret secret, Receiver.Got got) {
        return SigningSecret.of(secret).sign(got.id(), Long.parseLong(got.header("webhook-timestamp")), got.body());
    }

    private String only(Rig rig, EventType type) {
        return rig.webhooks()
                .create(
                        Rig.TENANT,
                        WebhookOptions.to(receiver.url()).types(type).build(),
                        null)
                .endpoint()
                .id();
    }

    private static List<Delivery> list(Rig rig, String id, Status status) {
        return rig.webhooks().log().deliveries(Rig.TENANT, new Query(id, status, null, null, 1_000));
    }
}
