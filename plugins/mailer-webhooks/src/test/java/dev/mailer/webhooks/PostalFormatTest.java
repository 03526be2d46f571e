// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.DeliveryReports.Report;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A receiver that was written for Postal gets what it knows, and verifies it with the key as Postal publishes it. */
@Timeout(120)
class PostalFormatTest {
    private static final Failure FAILURE = Failure.builder("mailbox-unknown", Phase.RCPT_TO)
            .code(550)
            .text("no such user")
            .build();

    @Test
    void every_kind_of_payload_is_read_and_verified() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Secret key =
                Secret.of(Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
        try (Receiver receiver = new Receiver();
                Rig rig = new Rig(b -> b.postalKey(key))) {
            rig.webhooks()
                    .create(
                            Rig.TENANT,
                            WebhookOptions.to(receiver.url())
                                    .format(WebhookFormat.POSTAL)
                                    .build(),
                            null);
            MessageId id = rig.send("jo@example.org");
            Rig.until("it is sent", () -> rig.mailer.find(id).lastEvent() == EventType.SENT);
            long delivery = rig.mailer.find(id).deliveries().get(0).id();
            Map<EventType, Failure> failures = new HashMap<>();
            failures.put(EventType.DEFERRED, FAILURE);
            failures.put(EventType.FAILED, FAILURE);
            failures.put(EventType.BOUNCED, FAILURE);
            // as tracking has it, which keeps the network unless told otherwise
            Map<String, String> hit =
                    Map.of("url", "https://shop.example.com/a?b=c", "address", "192.0.2.0", "userAgent", "Browser/1.0");
            for (EventType type : List.of(
                    EventType.DEFERRED,
                    EventType.FAILED,
                    EventType.AMBIGUOUS,
                    EventType.BOUNCED,
                    EventType.CLICKED,
                    EventType.OPENED,
                    // which Postal has no word for
                    EventType.COMPLAINED)) {
                boolean seen = type == EventType.CLICKED || type == EventType.OPENED;
                rig.mailer
                        .deliveryReports()
                        .report(new Report(
                                "test",
                                type.name(),
                                type,
                                delivery,
                                rig.clock.instant(),
                                failures.get(type),
                                seen ? hit : Map.of()));
            }
            Rig.until("all seven are told", () -> receiver.got.size() >= 7);

            PublicKey fromText = publicKey(rig.webhooks().postalPublicKey().text());
            PublicKey fromSet = publicKey(rig.webhooks().postalPublicKey());
            assertThat(fromText).isEqualTo(pair.getPublic());
            assertThat(fromSet).isEqualTo(pair.getPublic());
            Map<String, JsonNode> payloads = new HashMap<>();
            Set<String> uuids = new HashSet<>();
            for (Receiver.Got got : receiver.got) {
                assertThat(verifies("SHA256withRSA", fromText, got.body(), got.header("x-postal-signature-256")))
                        .isTrue();
                assertThat(verifies("SHA1withRSA", fromSet, got.body(), got.header("x-postal-signature")))
                        .isTrue();
                byte[] altered = (got.text() + " ").getBytes(StandardCharsets.UTF_8);
                assertThat(verifies("SHA256withRSA", fromText, altered, got.header("x-postal-signature-256")))
                        .isFalse();
                assertThat(got.header("x-postal-signature-kid"))
                        .isEqualTo(rig.webhooks().postalPublicKey().id());
                JsonNode json = JsonMapper.shared().readTree(got.body());
                assertThat(json.path("timestamp").isNumber()).isTrue();
                uuids.add(json.path("uuid").asString());
                payloads.put(json.path("event").asString(), json.path("payload"));
            }

            assertThat(uuids).hasSize(7);
            assertThat(payloads)
                    .containsOnlyKeys(
                            "MessageSent",
                            "MessageDelayed",
                            "MessageDeliveryFailed",
                            "MessageHeld",
                            "MessageBounced",
                            "MessageLinkClicked",
                            "MessageLoaded");
            statusOf(payloads.get("MessageSent"), id, "Sent", "", "");
            statusOf(payloads.get("MessageDelayed"), id, "SoftFail", "mailbox-unknown", "no such user");
            statusOf(payloads.get("MessageDeliveryFailed"), id, "HardFail", "mailbox-unknown", "no such user");
            statusOf(payloads.get("MessageHeld"), id, "Held", "", "");
            JsonNode bounced = payloads.get("MessageBounced");
            message(bounced.path("original_message"), id);
            assertThat(bounced.at("/bounce/direction").asString()).isEqualTo("incoming");
            assertThat(bounced.at("/bounce/id").isIntegralNumber()).isTrue();
            assertThat(bounced.at("/bounce/subject").isNull())
                    .as("nothing is made up")
                    .isTrue();
            JsonNode clicked = payloads.get("MessageLinkClicked");
            message(clicked.path("message"), id);
            assertThat(clicked.path("url").asString()).isEqualTo("https://shop.example.com/a?b=c");
            JsonNode loaded = payloads.get("MessageLoaded");
            message(loaded.path("message"), id);
            for (JsonNode tracked : List.of(clicked, loaded)) {
                assertThat(tracked.path("ip_address").asString()).isEqualTo("192.0.2.0");
                assertThat(tracked.path("user_agent").asString()).isEqualTo("Browser/1.0");
            }
        }
    }

    @Test
    void a_test_has_the_format_of_its_endpoint() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Secret key =
                Secret.of(Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
        try (Receiver receiver = new Receiver();
                Rig rig = new Rig(b -> b.postalKey(key))) {
            WebhookOptions options = WebhookOptions.to(receiver.url())
                    .format(WebhookFormat.POSTAL)
                    .build();
            String id =
                    rig.webhooks().create(Rig.TENANT, options, null).endpoint().id();

            assertThat(rig.webhooks().test(Rig.TENANT, id).status()).isEqualTo(204);

            Receiver.Got got = receiver.got.get(0);
            JsonNode json = JsonMapper.shared().readTree(got.body());
            assertThat(json.propertyNames()).containsExactly("event", "timestamp", "payload", "uuid");
            assertThat(json.path("event").asString()).isEqualTo("WebhookTest");
            assertThat(json.path("timestamp").isNumber()).isTrue();
            assertThat(json.at("/payload/endpoint_id").asString()).isEqualTo(id);
            assertThat(verifies("SHA256withRSA", pair.getPublic(), got.body(), got.header("x-postal-signature-256")))
                    .isTrue();
        }
    }

    private static void statusOf(JsonNode payload, MessageId id, String status, String details, String output) {
        message(payload.path("message"), id);
        assertThat(payload.path("status").asString()).isEqualTo(status);
        assertThat(payload.path("details").asString()).isEqualTo(details);
        assertThat(payload.path("output").asString()).contains(output);
        assertThat(payload.path("timestamp").isNumber()).isTrue();
    }

    private static void message(JsonNode m, MessageId id) {
        assertThat(m.path("id").isIntegralNumber()).isTrue();
        assertThat(m.path("token").asString()).isEqualTo(id.toString());
        assertThat(m.path("direction").asString()).isEqualTo("outgoing");
        assertThat(m.path("message_id").asString()).contains("@").doesNotContain("<", ">");
        assertThat(m.path("to").asString()).isEqualTo("jo@example.org");
        assertThat(m.path("from").asString()).contains("shop@example.com");
        assertThat(m.path("subject").asString()).isEqualTo("Your order");
        assertThat(m.path("timestamp").isNumber()).isTrue();
        assertThat(m.path("spam_status").asString()).isEqualTo("NotChecked");
        assertThat(m.path("tag").asString()).isEqualTo("b");
    }

    /** As in the record of the default DKIM key, behind {@code p=}. */
    private static PublicKey publicKey(String text) throws Exception {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    /** As in {@code /.well-known/jwks.json}. */
    private static PublicKey publicKey(PostalPublicKey key) throws Exception {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(
                        new BigInteger(1, Base64.getUrlDecoder().decode(key.modulus())),
                        new BigInteger(1, Base64.getUrlDecoder().decode(key.exponent()))));
    }

    private static boolean verifies(String algorithm, PublicKey key, byte[] body, String signature) throws Exception {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(body);
        return verifier.verify(Base64.getDecoder().decode(signature));
    }
}
