// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Attachment;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.core.Stores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail is the same mail on every attempt and in every process, so that receivers can tell a copy from another mail. */
class SameBytesTest {
    @TempDir
    Path folder;

    @Test
    void every_attempt_in_every_process_has_the_same_bytes() {
        String url = "sqlite:" + folder.resolve("ledger.db");
        List<Bytes> contents = new ArrayList<>();
        MessageId id;
        StubTransport first = new StubTransport().answering(t -> StubTransport.later(Outcome.Scope.MESSAGE));
        try (Rig rig = new Rig().with(m -> m.transport(first))) {
            rig.store(Stores.open(url, rig.clock));
            id = rig.send(Email.builder()
                    .from("Größe & Söhne <shop@example.com>")
                    .to("Jö <jo@example.org>")
                    .cc("ann@example.org")
                    .subject("Grüße aus Köln ".repeat(9))
                    .text("Hallo, Welt!\n.\nGröße: 42")
                    .html("<p>Hallo, <b>Welt</b>! Größe: 42</p>")
                    .header("X-Order", "4711")
                    .attach(Attachment.of("Rechnung für März.txt", "zwölf".getBytes(StandardCharsets.UTF_8))));
            for (int attempt = 1; attempt <= 2; attempt++) {
                int expected = attempt;
                Rig.until(
                        "attempt " + attempt,
                        () -> rig.mailer().find(id).deliveries().stream()
                                .allMatch(d -> d.attempts() == expected && d.state() == DeliveryState.DEFERRED));
                rig.clock.advance(Rig.FIRST_RETRY.multipliedBy(attempt));
            }
        }
        first.tried().forEach(t -> contents.add(t.content()));

        StubTransport second = new StubTransport();
        try (Rig rig = new Rig().with(m -> m.transport(second).hostName("elsewhere.example.com"))) {
            rig.store(Stores.open(url, rig.clock));
            rig.mailer();
            rig.clock.advance(Duration.ofHours(2));
            Rig.until("it is sent", () -> rig.mailer().find(id).isSent());
        }
        second.tried().forEach(t -> contents.add(t.content()));

        assertThat(contents).hasSizeGreaterThanOrEqualTo(3);
        assertThat(contents).containsOnly(contents.get(0));
    }
}
