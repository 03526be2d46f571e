// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.server.http.EmailApi.BatchValidation;
import dev.mailer.server.http.SuppressionViews.EntryError;
import dev.mailer.server.http.SuppressionViews.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Entries of one request on their way into the suppression list. Used once, by one thread. */
final class SuppressionBatch {
    private final SuppressionStore store;
    private final BatchValidation validation;
    private final List<Item> items = new ArrayList<>();
    private final List<EntryError> errors = new ArrayList<>();
    private boolean storing;
    private int added;
    private int stored;

    SuppressionBatch(SuppressionStore store, BatchValidation validation) {
        this.store = store;
        this.validation = validation;
        this.storing = validation != BatchValidation.CHECK;
    }

    /** An entry at its place in the request. */
    private record Item(int index, Suppression entry) {}

    /** Takes an entry, or what is wrong with it. */
    void read(int index, Supplier<Suppression> entry) {
        try {
            items.add(new Item(index, entry.get()));
        } catch (ApiException e) {
            refuse(index, e);
        }
    }

    Stored store() {
        if (!items.isEmpty()) {
            submit(items);
        }
        errors.sort(Comparator.comparingInt(EntryError::index));
        return new Stored("suppressions", added, stored - added, errors);
    }

    /** What a store refuses is a stream, so that those of each stream are stored or refused alike. */
    private void submit(List<Item> some) {
        List<Suppression> entries = some.stream().map(Item::entry).toList();
        try {
            added += storing ? store.addAll(entries) : store.countNew(entries);
            stored += some.size();
        } catch (InvalidEmailException e) {
            Map<@Nullable String, List<Item>> byStream = new LinkedHashMap<>();
            some.forEach(item -> byStream.computeIfAbsent(item.entry().stream(), stream -> new ArrayList<>())
                    .add(item));
            if (byStream.size() > 1) {
                // A strict batch is refused; what is left is to say for which entry.
                storing &= validation != BatchValidation.STRICT;
                byStream.values().forEach(this::submit);
                if (validation == BatchValidation.STRICT) {
                    throw EmailReader.refused(e);
                }
                return;
            }
            some.forEach(item -> refuse(
                    item.index(),
                    ApiException.field(
                            "validation_error", "[" + item.index() + "]." + e.field(), EmailReader.problem(e))));
        }
    }

    private void refuse(int index, ApiException e) {
        if (validation == BatchValidation.STRICT) {
            throw e;
        }
        errors.add(new EntryError(index, e.field(), e.name(), String.valueOf(e.getMessage())));
    }
}
