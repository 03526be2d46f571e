// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.HitCounts;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.SendResult;
import dev.mailer.api.Trace;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.MailerEngine.MessageEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

/**
 * What the API does with mails, apart from HTTP: JSON in, records out, {@link ApiException} for every refusal; what is only
 * unavailable goes on as it is. The command line calls it directly when no server runs. A caller sees the mails of its own tenant only. Thread-safe.
 */
public final class EmailApi {
    /** Most mails of one batch. */
    public static final int MAX_BATCH = 100;
    /** Longest wait for an outcome within one request. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(EmailApi.class);

    private final MailerEngine engine;
    private final WaitingPlaces waiting = new WaitingPlaces(32, 8);

    public EmailApi(MailerEngine engine) {
        this.engine = engine;
    }

    /**
     * Accepted mails.
     *
     * @param errors null unless the batch may have some
     * @param unknown fields that were ignored
     */
    public record Accepted(
            List<? extends Receipt> data, @Nullable List<BatchError> errors, List<String> unknown, boolean duplicate) {
        public Accepted {
            data = List.copyOf(data);
            unknown = List.copyOf(unknown);
        }
    }

    /** Names an accepted mail. */
    public sealed interface Receipt permits Id, KeyedId, Checked {
        String id();
    }

    public record Id(String id) implements Receipt {}

    /**
     * The receipt for a mail of a batch that has a key of its own.
     *
     * @param duplicate an earlier mail with this key was accepted, and this one added nothing
     * @param suppressed recipients that are on the suppression list
     */
    public record KeyedId(String id, boolean duplicate, int suppressed) implements Receipt {}

    /** What a mail would get that was only checked. */
    public record Checked(int suppressed) implements Receipt {
        @Override
        public String id() {
            return "";
        }
    }

    /** A mail of a permissive batch that was not accepted; {@code name} is that of the error for the mail alone. */
    public record BatchError(int index, String name, String message) {}

    /** A list in the shape that all lists have. */
    public record Listing<T>(String object, boolean hasMore, List<T> data) {
        static <T> Listing<T> of(List<T> data, boolean hasMore) {
            return new Listing<>("list", hasMore, data);
        }
    }

    /** What a cancellation reached. */
    public record Cancelled(String object, String id, int cancelled, int tooLate) {}

    public Accepted send(String tenant, JsonNode body, @Nullable String idempotencyKey) {
        EmailReader.Read read = EmailReader.read(body, "", tenant);
        if (idempotencyKey != null) {
            requireKey(idempotencyKey);
            read.requireNoKey();
            read.email().idempotencyKey(idempotencyKey);
        }
        SendResult result = refusals(() -> engine.send(read.email().build()));
        logAccepted(result);
        return new Accepted(List.of(new Id(result.id().toString())), null, read.unknown(), result.isDuplicate());
    }

    /** Accepts a list of mails in one commit; the good ones of a permissive batch in a few, of which the last may be missing. */
    public Accepted sendAll(String tenant, JsonNode body, @Nullable String idempotencyKey, BatchValidation validation) {
        if (!body.isArray() || body.isEmpty() || body.size() > MAX_BATCH) {
            throw ApiException.of(422, "validation_error", "The body must be a list of 1 to " + MAX_BATCH + " mails.");
        }
        if (idempotencyKey != null) {
            requireKey(idempotencyKey);
        }
        return new BatchSubmission(engine, tenant, validation).run(body, idempotencyKey);
    }

    /** How a batch with a bad mail ends. */
    public enum BatchValidation {
        /** All or nothing. */
        STRICT,
        /** The good ones are accepted. */
        PERMISSIVE,
        /** None is accepted; said is what a permissive batch would be told. */
        CHECK
    }

    /** A mail as it stands, or as it is once it is done or the time to wait is over. */
    public Object find(String tenant, String id, Duration wait) {
        MessageStatus status = own(tenant, id);
        if (!wait.isZero() && !status.isFinal() && waiting.enter(tenant)) {
            try {
                MessageStatus later = engine.await(status.id(), wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait);
                status = later == null ? status : later;
            } finally {
                waiting.leave(tenant);
            }
        }
        Trace trace = engine.trace(status.id());
        HitCounts hits = trace == null ? HitCounts.NONE : trace.hits();
        return EmailView.of(status, engine.email(status.id()), hits);
    }

    public Listing<?> list(String tenant, Map<String, String> query) {
        Page<MessageStatus> page = refusals(() -> engine.list(ListQuery.of(tenant, query)));
        return Listing.of(page.items().stream().map(EmailView::summary).toList(), page.hasMore());
    }

    public Listing<?> events(String tenant, String id) {
        MessageStatus status = own(tenant, id);
        MessageEvents events = engine.events(status.id());
        return Listing.of(
                events == null
                        ? List.of()
                        : events.shown().stream().map(EventView::of).toList(),
                events != null && events.omitted() > 0);
    }

    public Object trace(String tenant, String id) {
        MessageStatus status = own(tenant, id);
        Trace trace = engine.trace(status.id());
        return TraceView.of(trace == null ? new Trace(status, List.of()) : trace);
    }

    public Cancelled cancel(String tenant, String id) {
        MessageStatus status = own(tenant, id);
        CancelResult result = engine.cancel(status.id());
        int cancelled = result == null ? 0 : result.cancelled();
        int tooLate = result == null ? 0 : result.tooLate();
        boolean wasCancelled = status.deliveries().stream().anyMatch(d -> d.state() == DeliveryState.CANCELLED);
        if (cancelled == 0 && !wasCancelled) {
            throw ApiException.of(
                    422,
                    "validation_error",
                    "The email is " + LastEvent.of(status) + " and can no longer be canceled.");
        }
        return new Cancelled("email", id, cancelled, tooLate);
    }

    /** Decides about a delivery that is held or waits: send it now, or give it up. */
    public Object resolve(String tenant, String id, String delivery, DeliveryState to) {
        MessageStatus status = own(tenant, id);
        long number = delivery.matches("\\d{1,18}") ? Long.parseLong(delivery) : -1;
        if (status.deliveries().stream().noneMatch(d -> d.id() == number)) {
            throw ApiException.notFound("The email has no delivery of this id.");
        }
        if (!engine.resolve(status.id(), number, to)) {
            throw ApiException.of(
                    409, "resource_locked", "The delivery is neither held nor deferred; nothing was changed.");
        }
        return find(tenant, id, Duration.ZERO);
    }

    private MessageStatus own(String tenant, String id) {
        MessageId messageId;
        try {
            messageId = MessageId.of(id);
        } catch (InvalidEmailException e) {
            throw ApiException.parameter("id", "must be a UUID.");
        }
        MDC.put("messageId", id);
        MessageStatus status = engine.find(messageId);
        if (status == null || !status.tenant().equals(tenant)) {
            throw ApiException.notFound("There is no email with this id.");
        }
        return status;
    }

    private static void requireKey(String key) {
        if (key.isEmpty() || key.length() > Email.MAX_IDEMPOTENCY_KEY) {
            throw ApiException.of(
                    400,
                    "invalid_idempotency_key",
                    "The Idempotency-Key has " + key.length() + " characters; allowed are 1 to "
                            + Email.MAX_IDEMPOTENCY_KEY + ".");
        }
    }

    static <T> T refusals(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidEmailException e) {
            throw EmailReader.refused(e);
        } catch (IdempotencyConflictException e) {
            throw ApiException.of(
                    409,
                    "invalid_idempotent_request",
                    "This Idempotency-Key was used for another content, by email " + e.existing() + ".");
        }
    }

    static void logAccepted(SendResult result) {
        MDC.put("messageId", result.id().toString());
        LOG.debug("accepted{}", result.isDuplicate() ? " before" : "");
    }
}
