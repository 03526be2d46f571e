// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.PartialSubmission;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport that sends a mail in parts, and asks for leave for each. */
@Timeout(60)
class LeaveInPartsTest {
    private final InParts transport = new InParts();
    private final Rig rig = new Rig().with(m -> m.transport(transport));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void what_was_not_given_leave_was_not_sent() {
        MessageId id = rig.send(
                Rig.mail("a@example.org", "b@example.org", "c@example.org").ambiguityPolicy(AmbiguityPolicy.HOLD));

        Rig.until(
                "the transport has failed",
                () -> rig.delivery(id, "c@example.org").state() == DeliveryState.DEFERRED);
        assertThat(transport.leave).containsOnly(Map.entry("a@example.org", true), Map.entry("b@example.org", true));
        assertThat(rig.delivery(id, "a@example.org").state()).isEqualTo(DeliveryState.AMBIGUOUS);
        assertThat(rig.delivery(id, "b@example.org").state()).isEqualTo(DeliveryState.AMBIGUOUS);
    }

    /** Completes two parts, and breaks before the third. */
    private static final class InParts implements Transport {
        private final Map<String, Boolean> leave = new ConcurrentHashMap<>();

        @Override
        public String name() {
            return "in-parts:";
        }

        @Override
        public TransportCapabilities capabilities() {
            return TransportCapabilities.DEFAULT.maxRecipients(10);
        }

        @Override
        public Destination destinationOf(String domain) {
            return new Destination(name());
        }

        @Override
        public void send(List<Submission> submissions, OutcomeSink outcomes) {
            Submission whole = submissions.get(0);
            List<Recipient> recipients = new ArrayList<>(whole.recipients());
            for (Recipient recipient : recipients.subList(0, 2)) {
                Submission part = new PartialSubmission(whole, whole.destination(), List.of(recipient));
                leave.put(recipient.address().spec(), outcomes.mayComplete(part));
            }
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void close() {}
    }
}
