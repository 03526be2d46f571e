// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.Stores;
import dev.mailer.testkit.TestKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an entry of the suppression list stops, and what not. */
class SuppressionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final StubTransport transport = new StubTransport();
    private final Rig rig = new Rig().with(m -> m.transport(transport));

    @AfterEach
    void close() {
        rig.close();
    }

    private void open(String store) {
        switch (store) {
            case "sqlite" -> rig.store(Stores.open("sqlite:" + folder.resolve("ledger.db"), rig.clock));
            case "encrypted" ->
                rig.store(Stores.open("sqlite:" + folder.resolve("ledger.db"), TestKeys.one(), rig.clock));
            default -> {}
        }
    }

    private void suppress(@Nullable String stream, String address, @Nullable Instant until) {
        rig.mailer()
                .suppressions()
                .addAll(List.of(new Suppression(
                        "default", stream, address, Reason.MANUAL, "test", rig.clock.instant(), until)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite", "encrypted"})
    void it_stops_one_recipient_at_once_and_the_others_get_theirs(String store) {
        open(store);
        suppress(null, "jo@example.org", null);

        MessageId id = rig.send("\"Jo\"@EXAMPLE.org", "ann@example.org");

        assertThat(rig.delivery(id, "\"Jo\"@example.org").state()).isEqualTo(DeliveryState.SUPPRESSED);
        Rig.until("the other is sent", () -> rig.mailer().find(id).isFinal());
        assertThat(rig.delivery(id, "ann@example.org").state()).isEqualTo(DeliveryState.SENT);
        assertThat(transport.tries("\"Jo\"@example.org")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite", "encrypted"})
    void it_stops_a_mail_that_was_queued_before(String store) {
        open(store);
        MessageId id = rig.send(Rig.mail("\"Jo\"@example.org", "ann@example.org")
                .sendAt(rig.clock.instant().plus(HOUR)));
        suppress(null, "jo@example.org", null);

        rig.clock.advance(HOUR);

        Rig.until("both are final", () -> rig.mailer().find(id).isFinal());
        assertThat(rig.delivery(id, "\"Jo\"@example.org").state()).isEqualTo(DeliveryState.SUPPRESSED);
        assertThat(rig.delivery(id, "ann@example.org").state()).isEqualTo(DeliveryState.SENT);
        assertThat(transport.tries("\"Jo\"@example.org")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite", "encrypted"})
    void it_stops_nothing_from_its_end_on_and_nothing_of_another_stream(String store) {
        open(store);
        suppress(null, "jo@example.org", rig.clock.instant().plus(HOUR));
        suppress("broadcast", "ann@example.org", null);

        assertThat(rig.delivery(rig.send("jo@example.org")).state()).isEqualTo(DeliveryState.SUPPRESSED);
        assertThat(rig.delivery(rig.send(Rig.mail("ann@example.org").stream("broadcast")))
                        .state())
                .isEqualTo(DeliveryState.SUPPRESSED);
        rig.await(rig.send("ann@example.org"), DeliveryState.SENT);
        rig.clock.advance(HOUR);
        rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
    }
}
