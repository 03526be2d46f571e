// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

/** Who may call a route. */
enum Access {
    /** Everybody. */
    OPEN,
    /** Who shows an API key. */
    KEY,
    /** Who shows an API key of the tenant {@code default}: what is shown is of all tenants. */
    OPERATOR,
    /** Who calls from this machine, or shows an API key. */
    LOCAL_OR_KEY,
    /** Who calls from this machine, from a page of its own. */
    LOCAL
}
