// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Listing;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.http.EmailApi.BatchValidation;
import dev.mailer.server.http.SuppressionViews.Added;
import dev.mailer.server.http.SuppressionViews.ChangeView;
import dev.mailer.server.http.SuppressionViews.Entries;
import dev.mailer.server.http.SuppressionViews.Entry;
import dev.mailer.server.http.SuppressionViews.History;
import dev.mailer.server.http.SuppressionViews.Removed;
import dev.mailer.server.http.SuppressionViews.StoredBatch;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The suppression list of the caller's tenant, apart from HTTP. Thread-safe. */
public final class SuppressionApi {
    /** Most entries of one batch. */
    public static final int MAX_BATCH = 1_000;

    /** From here on it is for good: stores have no instant that is really the last. */
    private static final Instant FOR_GOOD = Instant.parse("9000-01-01T00:00:00Z");

    /** Most entries of one page as CSV. */
    private static final int MAX_CSV = 10_000;

    private static final int MAX_ORIGIN = 200;

    private final MailerEngine engine;
    private final InstantSource clock;

    /** @param clock says when entries were added */
    public SuppressionApi(MailerEngine engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /**
     * Who adds.
     *
     * @param name that of the API key; empty when nobody knows
     */
    public record Caller(String tenant, String name) {
        String origin() {
            String origin = name.isEmpty() ? "api" : "api:" + name;
            return origin.length() > MAX_ORIGIN ? origin.substring(0, MAX_ORIGIN) : origin;
        }
    }

    /** By {@code email} those of the address, also of one that was erased: who asks knows it. */
    public Entries list(String tenant, Map<String, String> query) {
        String email = ListQuery.get(query, "email");
        String after = ListQuery.get(query, "after");
        Integer limit = limit(query);
        SuppressionStore.Query wanted = new SuppressionStore.Query(
                tenant,
                ListQuery.get(query, "stream"),
                reason(query),
                domain(query),
                ListQuery.get(query, "holds") == null ? null : holding(query),
                after,
                limit == null ? MessageQuery.DEFAULT_LIMIT : limit);
        if (email != null && after != null) {
            throw ApiException.parameter("after", "excludes `email`, whose entries are on one page.");
        }
        try {
            if (email != null) {
                return Entries.of(ofAddress(parameter(email), wanted), null);
            }
            Listing page = engine.suppressions().list(wanted);
            return Entries.of(page.entries(), page.next());
        } catch (InvalidEmailException e) {
            throw e.field().equals("after")
                    ? ApiException.parameter("after", "must be the `next` of an earlier page.")
                    : refused(e);
        }
    }

    /** What it costs does not depend on the length of the list. */
    private List<Suppression> ofAddress(String address, SuppressionStore.Query wanted) {
        requireStream(wanted, address);
        String domain = wanted.domain();
        if (domain != null && !address.endsWith("@" + domain)) {
            return List.of();
        }
        Instant now = wanted.holdsAt();
        return engine.suppressions().entries(wanted.tenant(), address).stream()
                .filter(s -> wanted.stream() == null || wanted.stream().equals(s.stream()))
                .filter(s -> wanted.reason() == null || wanted.reason() == s.reason())
                .filter(s -> now == null || s.until() == null || s.until().isAfter(now))
                .toList();
    }

    /** Asks what it would do to add to the stream, which only one that there is can be. */
    private void requireStream(SuppressionStore.Query wanted, String address) {
        if (wanted.stream() != null) {
            var unused = engine.suppressions()
                    .countNew(List.of(new Suppression(
                            wanted.tenant(), wanted.stream(), address, Reason.MANUAL, "", clock.instant(), null)));
        }
    }

    /** Who put an address on the list and who took it off, the oldest first. */
    public History history(String tenant, String email) {
        String address = parameter(email);
        return new History(
                "list",
                address,
                engine.suppressions().history(tenant, address).stream()
                        .map(ChangeView::of)
                        .toList());
    }

    /** A page as CSV may have more. */
    private static @Nullable Integer limit(Map<String, String> query) {
        String limit = ListQuery.get(query, "limit");
        if (!"csv".equals(query.get("format"))) {
            return ListQuery.limit(query);
        }
        int size = limit == null ? MAX_CSV : limit.matches("\\d{1,5}") ? Integer.parseInt(limit) : 0;
        if (size < 1 || size > MAX_CSV) {
            throw ApiException.parameter("limit", "must be a whole number from 1 to " + MAX_CSV + " with format=csv.");
        }
        return size;
    }

    private static @Nullable Reason reason(Map<String, String> query) {
        String text = ListQuery.get(query, "reason");
        for (Reason reason : Reason.values()) {
            if (EmailView.word(reason).equals(text)) {
                return reason;
            }
        }
        if (text != null) {
            throw ApiException.parameter("reason", "must be bounce, complaint, manual or unsubscribe.");
        }
        return null;
    }

    private static @Nullable String domain(Map<String, String> query) {
        String text = ListQuery.get(query, "domain");
        try {
            return text == null ? null : Address.of("x@" + text).key().substring(2);
        } catch (InvalidEmailException e) {
            throw ApiException.parameter("domain", "is no domain such as example.org.");
        }
    }

    private Instant holding(Map<String, String> query) {
        if (!"now".equals(query.get("holds"))) {
            throw ApiException.parameter("holds", "must be now, for entries that hold now.");
        }
        return now();
    }

    public Added add(Caller caller, JsonNode body) {
        JsonFields fields = new JsonFields(body, "");
        Suppression entry = read(fields, caller, now());
        try {
            return new Added(Entry.of(entry), engine.suppressions().add(entry), fields.unknown());
        } catch (InvalidEmailException e) {
            throw EmailReader.refused(e);
        }
    }

    /** Stores a list of entries in one commit; with unknown streams among them, the good ones of a permissive batch in a few. */
    public StoredBatch addAll(Caller caller, JsonNode body, BatchValidation validation) {
        if (!body.isArray() || body.isEmpty() || body.size() > MAX_BATCH) {
            throw ApiException.of(
                    422, "validation_error", "The body must be a list of 1 to " + MAX_BATCH + " entries.");
        }
        Instant now = now();
        List<String> unknown = new ArrayList<>();
        SuppressionBatch batch = new SuppressionBatch(engine.suppressions(), validation);
        for (int i = 0; i < body.size(); i++) {
            String path = "[" + i + "]";
            JsonNode json = Objects.requireNonNull(body.get(i));
            batch.read(i, () -> {
                JsonFields fields = new JsonFields(json, path);
                Suppression entry = read(fields, caller, now);
                unknown.addAll(fields.unknown());
                return entry;
            });
        }
        return new StoredBatch(batch.store(), unknown);
    }

    public Removed remove(Caller caller, String email, Map<String, String> query) {
        String tenant = caller.tenant();
        String stream = ListQuery.get(query, "stream");
        Reason reason = reason(query);
        String address = parameter(email);
        SuppressionStore store = engine.suppressions();
        try {
            int removed = store.remove(tenant, stream, address, reason, caller.origin(), now());
            if (removed > 0) {
                return new Removed(
                        "suppression", address, stream, reason == null ? null : EmailView.word(reason), removed, true);
            }
        } catch (InvalidEmailException e) {
            throw refused(e);
        }
        List<String> others = store.entries(tenant, address).stream()
                .map(s -> scope(s.stream(), s.reason()))
                .toList();
        throw ApiException.notFound("There is no suppression of this address for " + scope(stream, reason)
                + (others.isEmpty() ? "." : "; there is one for " + String.join(", ", others) + "."));
    }

    private static String scope(@Nullable String stream, @Nullable Reason reason) {
        return (stream == null ? "all streams" : "stream " + stream)
                + (reason == null ? "" : " (" + EmailView.word(reason) + ")");
    }

    private static Suppression read(JsonFields fields, Caller caller, Instant now) {
        String email = fields.required("email");
        String address;
        try {
            address = Address.of(email).key();
        } catch (InvalidEmailException e) {
            throw ApiException.field("validation_error", fields.path("email"), EmailReader.problem(e));
        }
        Reason reason = fields.choice("reason", Reason.class);
        return new Suppression(
                caller.tenant(),
                fields.string("stream"),
                address,
                reason == null ? Reason.MANUAL : reason,
                caller.origin(),
                now,
                until(fields));
    }

    private static @Nullable Instant until(JsonFields fields) {
        Instant until = fields.instant("until");
        return until == null || until.isAfter(FOR_GOOD) ? null : until.truncatedTo(ChronoUnit.MILLIS);
    }

    private static String parameter(String email) {
        try {
            return Address.of(email).key();
        } catch (InvalidEmailException e) {
            throw ApiException.parameter("email", EmailReader.problem(e));
        }
    }

    private static ApiException refused(InvalidEmailException e) {
        return ApiException.parameter(e.field(), EmailReader.problem(e));
    }

    /** As exact as stores are. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
