// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.util.HashMap;
import java.util.Map;

/** Places for requests that wait, each of which holds a thread: so many, and fewer for one tenant, so that none keeps the others out. Thread-safe. */
final class WaitingPlaces {
    private final int most;
    private final int mostOfTenant;
    private final Map<String, Integer> byTenant = new HashMap<>();
    private int taken;

    WaitingPlaces(int most, int mostOfTenant) {
        this.most = most;
        this.mostOfTenant = mostOfTenant;
    }

    /** False when there is no place. */
    synchronized boolean enter(String tenant) {
        if (taken == most || byTenant.getOrDefault(tenant, 0) == mostOfTenant) {
            return false;
        }
        taken++;
        byTenant.merge(tenant, 1, Integer::sum);
        return true;
    }

    synchronized void leave(String tenant) {
        taken--;
        byTenant.computeIfPresent(tenant, (t, count) -> count == 1 ? null : count - 1);
    }
}
