// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Sizes and counts: the properties {@code limits.*}.
 *
 * @param messageSize Largest mail, attachments included.
 * @param maxUnsettled Most copies that one crash can cause.
 * @param bytesInFlight Content in memory for sending.
 * @param waitingSubmissions Submissions that may wait for their commit.
 * @param slots Most calls of transports at a time.
 * @param slowCalls Most calls that slow destinations keep waiting beside those.
 * @param lease How long a node's claims outlive its last sign of life.
 */
public record LimitSettings(
        @Nullable DataSize messageSize,
        @Nullable Integer maxUnsettled,
        @Nullable DataSize bytesInFlight,
        @Nullable Integer waitingSubmissions,
        @Nullable Integer slots,
        @Nullable Integer slowCalls,
        @Nullable Duration lease) {}
