// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import org.jspecify.annotations.Nullable;

/**
 * What MTA-STS has to say about mail to a domain now.
 *
 * @param policy null when there is none
 * @param problem why the policy could not be had or renewed, for reports; null when nothing was wrong
 */
public record StsDecision(
        @Nullable StsPolicy policy, @Nullable TlsResult problem) {
    /** No policy, and none was looked for. */
    public static final StsDecision NONE = new StsDecision(null, null);

    public StsMode mode() {
        return policy == null ? StsMode.NONE : policy.mode();
    }

    /** True when the policy, if any, names this host. */
    public boolean allows(String host) {
        return policy == null || policy.mode() == StsMode.NONE || policy.allows(host);
    }
}
