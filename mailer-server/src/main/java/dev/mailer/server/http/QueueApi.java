// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerEngine;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What waits, and what an operator may do about it. A caller sees and moves the queues of its own tenant only. Thread-safe. */
public final class QueueApi {
    /** Later than any time that is meant: stores have no instant that is really the last. */
    private static final Instant FOR_GOOD = Instant.parse("9000-01-01T00:00:00Z");

    private final MailerEngine engine;

    public QueueApi(MailerEngine engine) {
        this.engine = engine;
    }

    /** The lanes of a tenant and the queues that are held. */
    public record Queues(String object, List<LaneView> data, List<ParkedView> parked) {}

    record LaneView(String stream, long ready, long waiting, long sending, long oldestReadySeconds) {}

    /** A held queue; {@code until} is null when an operator must resume it. */
    record ParkedView(
            String stream, String domain, @Nullable Instant until, String reason) {}

    public Queues queues(String tenant) {
        return new Queues(
                "list",
                engine.depths().stream()
                        .filter(d -> d.lane().tenant().equals(tenant))
                        .map(d -> new LaneView(
                                d.lane().stream(),
                                d.ready(),
                                d.waiting(),
                                d.sending(),
                                d.oldestReady().toSeconds()))
                        .toList(),
                engine.parkedQueues().stream()
                        .filter(p -> p.queue().lane().tenant().equals(tenant))
                        .map(p -> new ParkedView(
                                p.queue().lane().stream(),
                                p.queue().domain(),
                                p.until().isAfter(FOR_GOOD) ? null : p.until(),
                                p.reason()))
                        .toList());
    }

    public Queues pause(String tenant, JsonNode body) {
        JsonFields fields = new JsonFields(body, "");
        Instant until = fields.instant("until");
        String reason = fields.string("reason");
        change(() -> engine.park(
                queue(tenant, fields),
                until == null ? Instant.MAX : until,
                reason == null ? "paused by an operator" : reason));
        return queues(tenant);
    }

    public Queues resume(String tenant, JsonNode body) {
        change(() -> engine.resume(queue(tenant, new JsonFields(body, ""))));
        return queues(tenant);
    }

    private static void change(Runnable step) {
        try {
            step.run();
        } catch (InvalidEmailException e) {
            throw EmailReader.refused(e);
        }
    }

    private static QueueKey queue(String tenant, JsonFields fields) {
        String domain = fields.required("domain").toLowerCase(Locale.ROOT);
        return new QueueKey(new Lane(tenant, fields.required("stream")), domain);
    }
}
