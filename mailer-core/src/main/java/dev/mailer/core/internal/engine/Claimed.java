// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.QueueKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one claim brought.
 *
 * @param queues those that were asked
 * @param exhausted those of them that gave less than they were asked for
 * @param routed what they gave, without what has no route
 */
record Claimed(List<QueueKey> queues, Set<QueueKey> exhausted, Map<QueueKey, List<RoutedClaim>> routed) {
    int size() {
        return routed.values().stream().mapToInt(List::size).sum();
    }

    List<RoutedClaim> all() {
        return routed.values().stream().flatMap(List::stream).toList();
    }

    List<RoutedClaim> of(QueueKey queue) {
        return routed.getOrDefault(queue, List.of());
    }
}
