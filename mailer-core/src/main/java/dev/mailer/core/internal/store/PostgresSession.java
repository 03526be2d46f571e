// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.util.List;

/**
 * How PostgreSQL is set while it works for us.
 *
 * <p>Every statement of ours has an index. Without {@code enable_seqscan = off} a plan that was cached while a table was small scans it
 * as a whole until the next analysis: 200 ms for a batch of settlements instead of 0.2. And as the plans never depend on the values,
 * planning anew for each ({@code auto} does for arrays) costs a claim a fifth of its time. What has to scan a table all the same, and
 * be it one of two rows, looks so costly then that the server compiles it: 150 ms of its time without {@code jit = off}.
 *
 * <p>Claims, numbers of events and heartbeats build upon what other nodes have committed meanwhile; a transaction that is isolated from
 * that fails instead.
 *
 * <p>A host's transaction may hold an idempotency key for as long as it likes; the one writer must not wait for it. And a node
 * that is gone without closing its connections must not keep rows locked that others are to take over. There is no limit for
 * a statement, because a purge may take its time.
 */
final class PostgresSession {
    /** Sets up a connection of our own. */
    static final String OWN =
            settings("false") + ", set_config('default_transaction_isolation', 'read committed', false)";
    /**
     * The same until the end of one transaction on a connection of the host's; reads need the plans, too. Together they are one round
     * trip. The isolation comes first, because a query has a snapshot, behind which it stays.
     */
    static final Dialect.Visit VISIT = new Dialect.Visit(
            List.of("set transaction isolation level read committed; " + settings("true")), List.of(), true);

    private PostgresSession() {}

    private static String settings(String local) {
        return "select set_config('enable_seqscan', 'off', " + local + "), set_config('jit', 'off', " + local
                + "), set_config('plan_cache_mode',"
                + " 'force_generic_plan', " + local + "), set_config('lock_timeout', '2s', " + local
                + "), set_config('idle_in_transaction_session_timeout', '20s', " + local + ")";
    }
}
