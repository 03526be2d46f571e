// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.home;

import java.time.Instant;

/** A key as it is stored: its hash, never itself. A key acts for one tenant. */
public record ApiKey(String id, String name, String sha256, String tenant, Instant createdAt) {}
