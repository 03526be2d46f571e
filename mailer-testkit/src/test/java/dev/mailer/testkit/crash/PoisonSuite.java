// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Trace;
import dev.mailer.core.MailerEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail that kills the process which prepares it is found out and ended; the others are sent. */
abstract class PoisonSuite {
    private static final String CULPRIT = "K7";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** The address of a new, empty store. */
    abstract String store();

    @Test
    void a_mail_that_kills_its_process_is_tried_alone_and_ends_as_poison() throws Exception {
        try (CountingSink sink = new CountingSink(0)) {
            CrashChild.Settings settings =
                    new CrashChild.Settings(store(), sink.port(), "child.test", Duration.ofSeconds(2), 16);
            List<Promises.Accepted> accepted = accept(settings);

            for (int crash = 1; crash <= 3; crash++) {
                assertThat(dies(settings)).as("crash %s", crash).isTrue();
            }
            // from here on it is tried alone, so the others go first, or later, but not with it
            assertThat(dies(settings)).as("the crash alone").isTrue();

            try (MailerEngine mailer = settings.mailer().build()) {
                for (Promises.Accepted a : accepted) {
                    Awaitility.await(a.mail().key())
                            .atMost(PATIENCE)
                            .until(() -> mailer.find(a.messageId()).isFinal());
                    check(a, mailer.trace(a.messageId()), sink);
                }
            }
        }
    }

    private static void check(Promises.Accepted accepted, Trace trace, CountingSink sink) {
        for (DeliveryStatus delivery : trace.status().deliveries()) {
            int copies = sink.copies(trace.status().messageIdHeader(), delivery.recipient())
                    .size();
            if (accepted.mail().key().equals(CULPRIT)) {
                assertThat(delivery.state()).isEqualTo(DeliveryState.FAILED);
                assertThat(delivery.failure().reason()).isEqualTo("poison");
                assertThat(delivery.attempts()).isEqualTo(4);
                assertThat(copies).isZero();
                assertThat(trace.events().stream().map(MailEvent::type))
                        .containsExactly(EventType.QUEUED, EventType.FAILED);
            } else {
                assertThat(delivery.state()).as(accepted.mail().key()).isEqualTo(DeliveryState.SENT);
                assertThat(copies).isPositive();
            }
        }
    }

    /** Accepts all mails without sending any. */
    private static List<Promises.Accepted> accept(CrashChild.Settings settings) {
        try (MailerEngine tool = settings.mailer().paused().build()) {
            List<Promises.Accepted> accepted = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Promises.Mail mail = new Promises.Mail("K" + i, AmbiguityPolicy.RESEND);
                accepted.add(new Promises.Accepted(
                        mail,
                        tool.send(CrashChild.mail(mail.key(), mail.policy()))
                                .id()
                                .toString()));
            }
            return accepted;
        }
    }

    private boolean dies(CrashChild.Settings settings) throws IOException, InterruptedException {
        Promises none = new Promises(0, 0);
        try (Victim victim = Victim.start(settings, "POISON:" + CULPRIT, folder.resolve("children.log"), none)) {
            return victim.awaitEnd(PATIENCE);
        }
    }
}
