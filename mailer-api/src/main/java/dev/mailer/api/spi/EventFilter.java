// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.EventType;
import dev.mailer.api.Experimental;
import dev.mailer.api.MailEvent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants.
 *
 * @param tenant null for those of all tenants
 * @param types empty for all
 * @param streams empty for all; an event about an address alone belongs to no stream
 */
@Experimental
public record EventFilter(@Nullable String tenant, Set<EventType> types, Set<String> streams) {
    /** Every event. */
    public static final EventFilter ALL = new EventFilter(null, Set.of(), Set.of());

    public EventFilter {
        types = Set.copyOf(types);
        streams = Set.copyOf(streams);
    }

    /** True for an event that is wanted. */
    public boolean takes(MailEvent event) {
        return (tenant == null || tenant.equals(event.tenant()))
                && (types.isEmpty() || types.contains(event.type()))
                && (streams.isEmpty() || event.stream() != null && streams.contains(event.stream()));
    }
}
