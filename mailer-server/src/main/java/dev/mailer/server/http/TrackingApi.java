// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.core.MailerEngine;
import dev.mailer.tracking.TrackingPlugin;
import dev.mailer.tracking.TrackingPlugin.Rescored;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is decided about opens and clicks, of all tenants, apart from HTTP. Thread-safe. */
public final class TrackingApi {
    private final MailerEngine engine;
    private final InstantSource clock;

    public TrackingApi(MailerEngine engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /** A part of judging again; {@code next} is the {@code after} of the next one. */
    public record Rescoring(String object, int hits, int changed, boolean hasMore, String next) {}

    /** Judges the opens and clicks of a time again, a part of them. */
    public Rescoring rescore(JsonNode body) {
        return rescore(new JsonFields(body, ""));
    }

    Rescoring rescore(JsonFields fields) {
        fields.required("since");
        Instant since = fields.instant("since");
        Instant until = fields.instant("until");
        long after = after(fields.string("after"));
        TrackingPlugin tracking = engine.plugin(TrackingPlugin.class);
        if (tracking == null) {
            throw ApiException.of(422, "validation_error", "Nothing is tracked here, because publicUrl is not set.");
        }
        Instant to = until == null ? clock.instant() : until;
        if (since == null || !since.isBefore(to)) {
            throw ApiException.field("validation_error", "since", "must be before `until`, which is " + to + ".");
        }
        Rescored part = tracking.rescore(engine.events(), since, to, after);
        return new Rescoring("rescoring", part.hits(), part.changed(), part.more(), String.valueOf(part.position()));
    }

    private static long after(@Nullable String after) {
        if (after == null || after.isEmpty()) {
            return 0;
        }
        if (!after.matches("\\d{1,18}")) {
            throw ApiException.field("validation_error", "after", "must be the `next` of an earlier answer.");
        }
        return Long.parseLong(after);
    }
}
