// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Address;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimSigner;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where readers could differ on the domain of an address, all of ours see the same one: what stands behind the last @. */
class ParsedDomainTest {
    private static final DkimPrivateKey KEY = DkimPrivateKey.generate(DkimAlgorithm.ED25519);

    private final Set<String> routed = ConcurrentHashMap.newKeySet();
    private final StubTransport transport = new StubTransport().byDomain();
    private final Rig rig = new Rig()
            .with(m -> m.transport(transport)
                    .install(MailerPlugin.of(
                            "router",
                            p -> p.router(d -> {
                                routed.add(d.recipientDomain());
                                return "default";
                            })))
                    .install(DkimSigner.plugin(dkim -> dkim.key("good.example", "g", KEY.toPem())
                            .key("evil.example", "e", KEY.toPem())
                            .key("evil.example.good.example", "e", KEY.toPem()))));

    @AfterEach
    void close() {
        rig.close();
    }

    static Stream<String> addresses() {
        return Stream.of(
                "\"a@evil.example\"@good.example",
                "\"x> <y\"@good.example",
                "\"a@evil.example> \"@good.example",
                "\"a@evil.example,b\"@good.example",
                "\"\\\"@evil.example\"@good.example",
                "\"@evil.example:a\"@good.example",
                "a%evil.example@good.example",
                "evil.example!a@good.example");
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void a_recipient_has_one_domain_for_routes_queues_and_destinations(String address) {
        MessageId id = rig.send(address);

        rig.await(id, DeliveryState.SENT);
        assertThat(Address.of(address).domain()).isEqualTo("good.example");
        assertThat(routed).containsExactly("good.example");
        assertThat(transport.tried()).hasSize(1);
        assertThat(transport.tried().get(0).recipients()).containsExactly(address);
        assertThat(rig.store().events(id))
                .allMatch(e -> e.recipient() == null || e.recipient().equals(address));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void only_its_own_entry_suppresses_it(String address) {
        suppress("a@evil.example");
        suppress("y@good.example");

        rig.await(rig.send(address), DeliveryState.SENT);

        suppress(address);
        assertThat(rig.delivery(rig.send(address)).state()).isEqualTo(DeliveryState.SUPPRESSED);
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void the_domain_of_a_sender_signs(String address) {
        rig.await(
                rig.send(Email.builder()
                        .from(address)
                        .to("jo@example.org")
                        .subject("Your order")
                        .text("It is on its way.")),
                DeliveryState.SENT);

        String content = transport.tried().get(0).content().asUtf8();
        assertThat(content).contains("DKIM-Signature:").containsPattern("\\bd=good\\.example;");
        assertThat(content).doesNotContainPattern("\\bd=evil");
    }

    private void suppress(String address) {
        rig.mailer()
                .suppressions()
                .addAll(List.of(
                        new Suppression("default", null, address, Reason.MANUAL, "test", rig.clock.instant(), null)));
    }
}
