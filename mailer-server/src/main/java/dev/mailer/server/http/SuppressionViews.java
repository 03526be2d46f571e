// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.server.http.EmailApi.BatchValidation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The suppression list as the API shows it. */
public final class SuppressionViews {
    private SuppressionViews() {}

    /** An entry; {@code stream} is null for all streams, {@code until} for one that holds for good. */
    public record Entry(
            String object,
            String email,
            @Nullable String stream,
            String reason,
            String origin,
            Instant createdAt,
            @Nullable Instant until) {
        static Entry of(Suppression s) {
            return new Entry(
                    "suppression", s.address(), s.stream(), EmailView.word(s.reason()), s.origin(), s.at(), s.until());
        }
    }

    /** A page; {@code next} is the {@code after} of the next one, and null at the end. */
    public record Entries(
            String object, boolean hasMore, @Nullable String next, List<Entry> data) {
        static Entries of(List<Suppression> entries, @Nullable String next) {
            return new Entries(
                    "list", next != null, next, entries.stream().map(Entry::of).toList());
        }
    }

    /**
     * An entry that is stored.
     *
     * @param isNew there was none before
     * @param unknown fields that were ignored
     */
    public record Added(Entry entry, boolean isNew, List<String> unknown) {}

    /** What a batch did, or with {@link BatchValidation#CHECK} would do; each entry is counted once or has an error. */
    public record Stored(String object, int added, int replaced, List<EntryError> errors) {}

    /**
     * A batch that was read to its end.
     *
     * @param unknown fields that were ignored
     */
    public record StoredBatch(Stored stored, List<String> unknown) {}

    /** An entry that was refused; name and message are those of the error for the entry alone. */
    public record EntryError(int index, @Nullable String field, String name, String message) {}

    /**
     * What was taken off the list.
     *
     * @param reason null where any was meant
     * @param entries how many there were
     */
    public record Removed(
            String object,
            String email,
            @Nullable String stream,
            @Nullable String reason,
            int entries,
            boolean deleted) {}

    /** A change in the history of an address. */
    public record ChangeView(
            String object,
            String action,
            @Nullable String stream,
            String reason,
            String origin,
            Instant createdAt,
            @Nullable Instant until) {
        static ChangeView of(SuppressionStore.Change c) {
            return new ChangeView(
                    "suppression_change",
                    EmailView.word(c.action()),
                    c.stream(),
                    EmailView.word(c.reason()),
                    c.origin(),
                    c.at(),
                    c.until());
        }
    }

    public record History(String object, String email, List<ChangeView> data) {}
}
