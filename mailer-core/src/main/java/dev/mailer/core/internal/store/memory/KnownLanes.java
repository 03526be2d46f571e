// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Lane;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tenants and streams that are defined. Guarded by the ledger's lock. */
final class KnownLanes {
    private final Set<Lane> lanes = new HashSet<>();

    void register(Lane lane) {
        lanes.add(lane);
    }

    List<String> streams(String tenant) {
        return lanes.stream()
                .filter(lane -> lane.tenant().equals(tenant))
                .map(Lane::stream)
                .sorted()
                .toList();
    }

    boolean hasTenant(String name) {
        return lanes.stream().anyMatch(lane -> lane.tenant().equals(name));
    }

    void requireTenant(String tenant) {
        if (!hasTenant(tenant)) {
            throw new InvalidEmailException("tenant", "'" + tenant + "' is unknown; define it before it is used");
        }
    }

    void require(Lane lane) {
        if (!lanes.contains(lane)) {
            throw new InvalidEmailException(
                    "stream",
                    "'" + lane.stream() + "' of tenant '" + lane.tenant()
                            + "' is unknown; define it before it is used");
        }
    }
}
