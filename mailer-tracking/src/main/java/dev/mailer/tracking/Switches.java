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
        Boolean own = draft.trackOpens();
        return own == null ? decide(draft.tenant(), draft.stream(), Pair::opens) : own;
    }

    boolean clicks(Draft draft) {
        Boolean own = draft.trackClicks();
        return own == null ? decide(draft.tenant(), draft.stream(), Pair::clicks) : own;
    }

    /** True when mail is tracked that says nothing itself. */
    boolean any(String tenant, String stream) {
        return decide(tenant, stream, Pair::opens) || decide(tenant, stream, Pair::clicks);
    }

    private boolean decide(String tenant, String stream, Function<Pair, @Nullable Boolean> which) {
        Boolean ofStream = which.apply(streams.getOrDefault(stream, Pair.UNSET));
        Boolean ofTenant = which.apply(tenants.getOrDefault(tenant, Pair.UNSET));
        if (ofStream == null && ofTenant == null) {
            return Boolean.TRUE.equals(which.apply(all));
        }
        return !Boolean.FALSE.equals(ofStream) && !Boolean.FALSE.equals(ofTenant);
    }
}
