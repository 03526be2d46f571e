// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is set about streams: which have links, what they are called, and which recipients may choose. Immutable.
 *
 * @param linked streams whose mail has the fields of lists
 * @param listIds values of List-Id by stream, checked
 * @param titles names for people by stream
 * @param offered those to choose, in this order; null for those that are linked
 */
record ListStreams(
        Set<String> linked,
        Map<String, String> listIds,
        Map<String, String> titles,
        @Nullable List<String> offered) {
    /** A page with more is of no use. */
    static final int MAX_OFFERED = 100;

    ListStreams {
        linked = Set.copyOf(linked);
        listIds = Map.copyOf(listIds);
        titles = Map.copyOf(titles);
        offered = offered == null ? null : List.copyOf(offered);
    }

    boolean hasLinks(String stream) {
        return linked.contains(stream);
    }

    @Nullable
    String listId(String stream) {
        return listIds.get(stream);
    }

    String title(String stream) {
        return titles.getOrDefault(stream, stream);
    }

    /** Those of a tenant's streams that its recipients may choose. */
    List<String> offeredAmong(List<String> ofTenant) {
        List<String> chosen = new ArrayList<>(offered == null ? ofTenant : offered);
        chosen.retainAll(offered == null ? linked : Set.copyOf(ofTenant));
        return chosen.size() > MAX_OFFERED ? chosen.subList(0, MAX_OFFERED) : chosen;
    }
}
