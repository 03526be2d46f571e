// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.actuate;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.core.MailerEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * What waits in each mailer, what became of a mail, and the order to try it again. Of recipients it shows the domain; a server may quote more
 * in its reply.
 */
@Endpoint(id = "mailer")
public final class MailerEndpoint {
    /** What an attempt is to follow for anyway; a queued one is moved only where it waits to be tried alone. */
    private static final Set<DeliveryState> WAITING =
            Set.of(DeliveryState.AMBIGUOUS, DeliveryState.DEFERRED, DeliveryState.QUEUED);

    /** More would make an answer that nobody reads. */
    private static final int MOST_TLS_COUNTS = 1_000;

    private final Map<String, MailerEngine> mailers;

    /** Shows these mailers by their names. */
    public MailerEndpoint(Map<String, MailerEngine> mailers) {
        this.mailers = new LinkedHashMap<>(mailers);
    }

    /** The queues of all. */
    @ReadOperation
    public Map<String, Object> queues() {
        Map<String, Object> queues = new LinkedHashMap<>();
        mailers.forEach((name, mailer) -> queues.put(name, queue(mailer)));
        return Map.of("mailers", queues);
    }

    /** The queue of one as a whole; null, which is 404, when there is none of that name. */
    @ReadOperation
    public @Nullable Map<String, Object> queue(@Selector String name) {
        MailerEngine mailer = mailers.get(name);
        return mailer == null ? null : queue(mailer);
    }

    private static Map<String, Object> queue(MailerEngine mailer) {
        Map<String, Object> queue = new LinkedHashMap<>();
        queue.put("store", mailer.storeName());
        queue.put("transports", mailer.transports());
        queue.put("depths", mailer.depths().stream().map(MailerEndpoint::depth).toList());
        queue.put(
                "parked",
                mailer.parkedQueues().stream()
                        .map(p -> Map.of(
                                "queue", p.queue().toString(),
                                "until", p.until().toString(),
                                "reason", p.reason()))
                        .toList());
        queue.put("sites", mailer.sites().stream().map(MailerEndpoint::site).toList());
        queue.put(
                "tlsFailures",
                mailer.tlsCounts().stream()
                        .filter(c -> !c.failures().isEmpty())
                        .limit(MOST_TLS_COUNTS)
                        .map(MailerEndpoint::tls)
                        .toList());
        OutboxStore.KeyState keys = mailer.keys();
        if (keys != null) {
            queue.put("encryption", Map.of("current", keys.current(), "older", keys.older(), "rows", keys.rows()));
        }
        return queue;
    }

    private static Map<String, Object> site(SiteState site) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("transport", site.transport());
        shown.put("site", site.site());
        shown.put("connections", site.connections());
        shown.put("resting", site.resting());
        shown.put("most", site.most());
        put(shown, "suspendedUntil", site.suspendedUntil());
        put(shown, "loweredUntil", site.loweredUntil());
        put(shown, "rule", site.rule().isEmpty() ? null : site.rule());
        put(shown, "reply", site.reply().isEmpty() ? null : site.reply());
        return shown;
    }

    private static Map<String, Object> tls(TlsCount count) {
        return Map.of(
                "day", count.day().toString(),
                "domain", count.domain(),
                "policy", count.policy(),
                "successes", count.successes(),
                "failures", count.failures());
    }

    private static Map<String, Object> depth(OutboxStore.Depth depth) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("tenant", depth.lane().tenant());
        shown.put("stream", depth.lane().stream());
        shown.put("ready", depth.ready());
        shown.put("waiting", depth.waiting());
        return shown;
    }

    /** All that happened to one mail; null, which is 404, when there is none. */
    @ReadOperation
    public @Nullable Map<String, Object> trace(@Selector String name, @Selector String id) {
        MailerEngine mailer = mailers.get(name);
        MessageId message = parse(id);
        Trace trace = mailer == null || message == null ? null : mailer.trace(message);
        if (trace == null) {
            return null;
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", id);
        shown.put(
                "deliveries",
                trace.status().deliveries().stream()
                        .map(MailerEndpoint::delivery)
                        .toList());
        shown.put("events", trace.events().stream().map(MailerEndpoint::event).toList());
        shown.put("webhooks", trace.told().stream().map(MailerEndpoint::told).toList());
        if (trace.omitted() > 0) {
            shown.put("omitted", trace.omitted());
        }
        return shown;
    }

    /**
     * Tries the deliveries of a mail now that are held or deferred; or the one that is named, also when it is scheduled, was given up or
     * has expired.
     *
     * @throws InvalidEndpointRequestException there is no such mail in that mailer; over HTTP it is 400
     */
    @WriteOperation
    public Map<String, Object> retry(@Selector String name, @Selector String id, @Nullable Long delivery) {
        MailerEngine mailer = mailers.get(name);
        MessageId message = parse(id);
        MessageStatus status = mailer == null || message == null ? null : mailer.find(message);
        if (mailer == null || message == null || status == null) {
            String problem = "the mailer '" + name + "' has no such mail; the mailers are " + mailers.keySet();
            throw new InvalidEndpointRequestException(problem, problem);
        }
        List<Long> retried = new ArrayList<>();
        for (DeliveryStatus one : status.deliveries()) {
            boolean meant = delivery == null ? WAITING.contains(one.state()) : delivery == one.id();
            if (meant && mailer.resolve(message, one.id(), DeliveryState.QUEUED)) {
                retried.add(one.id());
            }
        }
        return Map.of("id", id, "retried", retried);
    }

    private static Map<String, Object> delivery(DeliveryStatus delivery) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", delivery.id());
        shown.put("domain", domain(delivery.recipient()));
        shown.put("state", delivery.state().name());
        put(shown, "failure", delivery.failure());
        return shown;
    }

    private static Map<String, Object> event(MailEvent event) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", event.id());
        shown.put("at", event.at().toString());
        shown.put("type", event.type().name());
        shown.put("delivery", event.deliveryId());
        shown.put("attempt", event.attempt());
        put(shown, "transport", event.transport());
        put(shown, "failure", event.failure());
        return shown;
    }

    private static Map<String, Object> told(Trace.Told told) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("event", told.event());
        shown.put("webhook", told.webhook());
        shown.put("state", told.state());
        shown.put("at", told.at().toString());
        shown.put("attempts", told.attempts());
        put(shown, "status", told.status() == 0 ? null : (Integer) told.status());
        put(shown, "result", told.result());
        put(shown, "nextAttemptAt", told.nextAttemptAt());
        return shown;
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    private static void put(Map<String, Object> shown, String name, @Nullable Object value) {
        if (value != null) {
            shown.put(name, value.toString());
        }
    }

    private static @Nullable MessageId parse(String id) {
        try {
            return MessageId.of(id);
        } catch (InvalidEmailException e) {
            return null;
        }
    }
}
