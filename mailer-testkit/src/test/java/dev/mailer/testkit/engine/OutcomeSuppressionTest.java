// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EnhancedCode;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which outcomes put a recipient on the suppression list. */
class OutcomeSuppressionTest {
    @TempDir
    Path folder;

    private final StubTransport transport = new StubTransport()
            .byDomain()
            .answering(tried -> tried.recipient().startsWith("gone")
                    ? Outcome.rejected(noSuchUser())
                    : Outcome.accepted("250 ok", null));
    private final Rig rig = new Rig().with(m -> m.transport(transport));

    @AfterEach
    void close() {
        rig.close();
    }

    private static Failure noSuchUser() {
        return Failure.builder("recipient-rejected", Phase.RCPT_TO)
                .code(550)
                .enhancedCode(EnhancedCode.find("5.1.1"))
                .text("no such user")
                .remoteHost("mx.example.org:25")
                .build();
    }

    private void open(String store) {
        if (store.equals("sqlite")) {
            rig.store(Stores.open("sqlite:" + folder.resolve("ledger.db"), rig.clock));
        }
    }

    private MessageId sent(String... to) {
        MessageId id = rig.send(to);
        Rig.until("it is done", () -> rig.mailer().find(id).isFinal());
        return id;
    }

    private @Nullable Suppression listed(String address) {
        return rig.mailer().suppressions().find("default", "transactional", address, rig.clock.instant());
    }

    private Report report(MessageId id, String to, EventType type, @Nullable Failure failure) {
        return new Report(
                "ses", id + "/" + type, type, rig.delivery(id, to).id(), rig.clock.instant(), failure, Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void who_does_not_exist_is_not_mailed_again_and_the_others_are(String store) {
        open(store);

        MessageId first = sent("gone@example.net", "ann@example.org");
        MessageId second = sent("gone@example.net", "ann@example.org");

        assertThat(rig.delivery(first, "gone@example.net").state()).isEqualTo(DeliveryState.REJECTED);
        assertThat(listed("gone@example.net")).satisfies(e -> {
            assertThat(e.reason()).isEqualTo(Reason.BOUNCE);
            assertThat(e.origin()).isEqualTo("smtp");
            assertThat(e.stream()).isNull();
            assertThat(e.until()).isNull();
        });
        assertThat(rig.delivery(second, "gone@example.net").state()).isEqualTo(DeliveryState.SUPPRESSED);
        assertThat(rig.delivery(second, "ann@example.org").state()).isEqualTo(DeliveryState.SENT);
        assertThat(transport.tries("gone@example.net")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void who_complained_or_bounced_later_is_not_mailed_again(String store) {
        open(store);
        MessageId id = sent("jo@example.org", "ann@example.org", "al@example.org");

        assertThat(rig.mailer().deliveryReports().report(report(id, "jo@example.org", EventType.COMPLAINED, null)))
                .isEqualTo(Result.APPLIED);
        rig.mailer().deliveryReports().report(report(id, "ann@example.org", EventType.BOUNCED, noSuchUser()));
        rig.mailer()
                .deliveryReports()
                .report(report(
                        id,
                        "al@example.org",
                        EventType.BOUNCED,
                        Failure.builder("full", Phase.RCPT_TO).retryable().build()));

        assertThat(listed("jo@example.org")).satisfies(e -> {
            assertThat(e.reason()).isEqualTo(Reason.COMPLAINT);
            assertThat(e.origin()).isEqualTo("report:ses");
        });
        assertThat(listed("ann@example.org")).isNotNull();
        assertThat(listed("al@example.org")).isNull();
        rig.mailer().suppressions().remove("default", null, "jo@example.org", null, "test", rig.clock.instant());
        assertThat(rig.mailer().deliveryReports().report(report(id, "jo@example.org", EventType.COMPLAINED, null)))
                .isEqualTo(Result.DUPLICATE);
        assertThat(listed("jo@example.org")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void an_outcome_whose_recipient_cannot_be_listed_keeps_all_that_is_known_of_it(String store) {
        OutboxStore good = store.equals("sqlite")
                ? Stores.open("sqlite:" + folder.resolve("ledger.db"), rig.clock)
                : Stores.memory(rig.clock);
        rig.store(new Sabotage("OutboxTransaction.suppress", call -> {
                    throw new IllegalStateException("no cipher for jo@example.org");
                })
                .of(good));

        MessageId id = sent("gone@example.net", "jo@example.org");
        DeliveryReports reports = rig.mailer().deliveryReports();
        CompletableFuture<Result> bounced =
                reports.submit(report(id, "jo@example.org", EventType.BOUNCED, noSuchUser()));
        CompletableFuture<Result> opened = reports.submit(report(id, "jo@example.org", EventType.OPENED, null));

        assertThat(bounced.join()).isEqualTo(Result.APPLIED);
        assertThat(opened.join()).isEqualTo(Result.APPLIED);
        assertThat(reports.report(report(id, "jo@example.org", EventType.COMPLAINED, null)))
                .isEqualTo(Result.APPLIED);
        assertThat(rig.delivery(id, "gone@example.net").failure()).isEqualTo(noSuchUser());
        assertThat(rig.delivery(id, "jo@example.org").state()).isEqualTo(DeliveryState.BOUNCED);
        assertThat(rig.store().events(id))
                .filteredOn(e -> List.of(EventType.REJECTED, EventType.BOUNCED, EventType.COMPLAINED)
                        .contains(e.type()))
                .hasSize(3)
                .allSatisfy(e -> assertThat(e.detail())
                        .containsEntry("suppression", "not stored: java.lang.IllegalStateException"));
        assertThat(rig.store().events(id))
                .filteredOn(e -> e.type() == EventType.REJECTED)
                .singleElement()
                .satisfies(e -> {
                    assertThat(e.failure()).isEqualTo(noSuchUser());
                    assertThat(e.detail()).hasSizeGreaterThan(1);
                });
        assertThat(listed("gone@example.net")).isNull();
    }

    @Test
    void it_can_be_for_a_time_or_not_at_all() {
        rig.with(m -> m.suppression(s -> s.bounces(Duration.ofDays(30)).complaintsOff()));

        MessageId id = sent("gone@example.net", "jo@example.org");
        rig.mailer().deliveryReports().report(report(id, "jo@example.org", EventType.COMPLAINED, null));

        assertThat(listed("jo@example.org")).isNull();
        assertThat(listed("gone@example.net")).isNotNull();
        rig.clock.advance(Duration.ofDays(30));
        assertThat(listed("gone@example.net")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void reports_that_are_handed_over_are_all_stored_before_their_futures_end(String store) {
        open(store);
        MessageId id = sent("jo@example.org");
        long delivery = rig.delivery(id, "jo@example.org").id();
        List<CompletableFuture<Result>> results = new ArrayList<>();

        for (int i = 0; i < 3_000; i++) {
            results.add(rig.mailer()
                    .deliveryReports()
                    .submit(new Report(
                            "pixel",
                            "open\0" + i % 2_500,
                            EventType.OPENED,
                            i == 7 ? delivery + 1_000_000 : delivery,
                            rig.clock.instant(),
                            null,
                            Map.of("userAgent", "x\0y"))));
        }

        List<Result> ended = results.stream().map(CompletableFuture::join).toList();
        assertThat(ended.get(7)).isEqualTo(Result.UNKNOWN_DELIVERY);
        assertThat(ended).filteredOn(r -> r == Result.APPLIED).hasSize(2_500);
        assertThat(ended).filteredOn(r -> r == Result.DUPLICATE).hasSize(499);
        assertThat(rig.store().countEvents(id)).isEqualTo(2 + 2_500);
        assertThat(rig.mailer().trace(id)).satisfies(trace -> {
            assertThat(trace.events()).hasSize(1_000);
            assertThat(trace.omitted()).isEqualTo(1_502);
        });
    }
}
