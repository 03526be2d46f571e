// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a list. Empty ones count as absent. */
final class ListQuery {
    private ListQuery() {}

    static MessageQuery of(String tenant, Map<String, String> parameters) {
        MessageQuery query = MessageQuery.ofTenant(tenant);
        String after = get(parameters, "after");
        String before = get(parameters, "before");
        if (after != null && before != null) {
            throw ApiException.parameter("after", "excludes `before`; give one of them.");
        }
        query = query.after(id("after", after)).before(id("before", before));
        query = query.stream(get(parameters, "stream")).recipient(get(parameters, "to"));
        query = query.state(state(get(parameters, "status")));
        query = query.since(time(parameters, "since")).until(time(parameters, "until"));
        Integer limit = limit(parameters);
        return limit == null ? query : query.limit(limit);
    }

    static @Nullable Integer limit(Map<String, String> parameters) {
        String limit = get(parameters, "limit");
        if (limit == null) {
            return null;
        }
        int size = limit.matches("\\d{1,4}") ? Integer.parseInt(limit) : 0;
        if (size < 1 || size > MessageQuery.MAX_LIMIT) {
            throw ApiException.parameter("limit", "must be a whole number from 1 to " + MessageQuery.MAX_LIMIT + ".");
        }
        return size;
    }

    private static @Nullable MessageId id(String name, @Nullable String text) {
        try {
            return text == null ? null : MessageId.of(text);
        } catch (InvalidEmailException e) {
            throw ApiException.parameter(name, "must be the UUID of an email.");
        }
    }

    private static @Nullable DeliveryState state(@Nullable String text) {
        if (text == null) {
            return null;
        }
        for (DeliveryState state : DeliveryState.values()) {
            if (EmailView.word(state).equals(text.toLowerCase(Locale.ROOT))) {
                return state;
            }
        }
        if (text.equalsIgnoreCase("canceled")) {
            return DeliveryState.CANCELLED;
        }
        throw ApiException.parameter(
                "status",
                "must be one of "
                        + Arrays.stream(DeliveryState.values())
                                .map(EmailView::word)
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    private static @Nullable Instant time(Map<String, String> parameters, String name) {
        String text = get(parameters, name);
        try {
            return text == null ? null : Times.parse(text);
        } catch (DateTimeException e) {
            throw ApiException.parameter(name, "must be " + Times.FORM + ".");
        }
    }

    static @Nullable String get(Map<String, String> parameters, String name) {
        String value = parameters.get(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
