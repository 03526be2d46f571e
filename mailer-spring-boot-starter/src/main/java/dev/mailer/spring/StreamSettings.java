// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import org.jspecify.annotations.Nullable;

/**
 * One stream: the properties {@code streams.<name>.*}.
 *
 * @param weight Share of the sending slots, 1 to 1000.
 * @param reserved Transport slots that others leave free for it.
 * @param transport Name of the transport its mail leaves by, one of 'transports'.
 * @param trackOpens Whether it is noticed that its mail is opened.
 * @param trackClicks Whether it is noticed that links of its mail are clicked.
 * @param unsubscribe Whether its mail has the header fields to unsubscribe; that of 'broadcast' has them by default.
 * @param listId Its List-Id, such as news.example.com; its name at the sender's domain by default.
 */
public record StreamSettings(
        @Nullable Integer weight,
        @Nullable Integer reserved,
        @Nullable String transport,
        @Nullable Boolean trackOpens,
        @Nullable Boolean trackClicks,
        @Nullable Boolean unsubscribe,
        @Nullable String listId) {}
