// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.Draft;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What of a mail is tracked. The mail itself decides; where it says nothing, its stream and its tenant: if one of them is off, it
 * is off, else if one is on, it is on; where none says anything, the setting for all. Immutable.
 */
final class Switches {
    private final Pair all;
    private final Map<String, Pair> streams;
    private final Map<String, Pair> tenants;

    /**
     * Two switches.
     *
     * @param opens null where it says nothing
     * @param clicks null where it says nothing
     */
    record Pair(@Nullable Boolean opens, @Nullable Boolean clicks) {
        static final Pair UNSET = new Pair(null, null);

        Pair opens(boolean on) {
            return new Pair(on, clicks);
        }

        Pair clicks(boolean on) {
            return new Pair(opens, on);
        }
    }

    Switches(Pair all, Map<String, Pair> streams, Map<String, Pair> tenants) {
        this.all = all;
        this.streams = new HashMap<>(streams);
        this.tenants = new HashMap<>(tenants);
    }

    boolean opens(Draft draft) {
        return decide(draft, draft.trackOpens(), Pair::opens);
    }

    boolean clicks(Draft draft) {
        return decide(draft, draft.trackClicks(), Pair::clicks);
    }

    private boolean decide(Draft draft, @Nullable Boolean own, Function<Pair, @Nullable Boolean> which) {
        if (own != null) {
            return own;
        }
        Boolean stream = which.apply(streams.getOrDefault(draft.stream(), Pair.UNSET));
        Boolean tenant = which.apply(tenants.getOrDefault(draft.tenant(), Pair.UNSET));
        if (stream == null && tenant == null) {
            return Boolean.TRUE.equals(which.apply(all));
        }
        return !Boolean.FALSE.equals(stream) && !Boolean.FALSE.equals(tenant);
    }
}
