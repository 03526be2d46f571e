// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.Secret;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.LimitOptions;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.RetentionOptions;
import dev.mailer.core.RetryOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what the engine goes by: {@code retry.*}, {@code limits.*}, {@code retention.*}, {@code suppression.*} and {@code encryption.*}. For
 * one thread.
 */
final class EngineSettings {
    private final GivenSettings given;
    private final EngineOptions options;

    EngineSettings(GivenSettings given, EngineOptions options) {
        this.given = given;
        this.options = options;
    }

    /** The largest mail in bytes, which the server's own bounds go by as well. */
    long messageSize() {
        long size = given.size("limits.messageSize", LimitOptions.DEFAULT_MESSAGE_SIZE, 1, 1L << 30);
        options.add("limits.messageSize", b -> b.limits(l -> l.messageSize(size)));
        return size;
    }

    /** All but {@link #messageSize}. */
    void read() {
        retry();
        limits();
        retention();
        new SuppressionTerms(given, options::add).read();
        encryption();
    }

    private void retry() {
        timed("retry.first", RetryOptions.DEFAULT_FIRST, (b, d) -> b.retry(r -> r.first(d)));
        timed("retry.longest", RetryOptions.DEFAULT_LONGEST, (b, d) -> b.retry(r -> r.longest(d)));
        timed("retry.lifetime", RetryOptions.DEFAULT_LIFETIME, (b, d) -> b.retry(r -> r.lifetime(d)));
        double jitter =
                given.value("retry.jitter", RetryOptions.DEFAULT_JITTER, "a number", Values::decimal, String::valueOf);
        options.add("retry.jitter", b -> b.retry(r -> r.jitter(jitter)));
    }

    private void limits() {
        int most = Integer.MAX_VALUE;
        int unsettled = given.number("limits.maxUnsettled", LimitOptions.DEFAULT_MAX_UNSETTLED, 1, most);
        options.add("limits.maxUnsettled", b -> b.limits(l -> l.maxUnsettled(unsettled)));
        long inFlight = given.size("limits.bytesInFlight", LimitOptions.DEFAULT_BYTES_IN_FLIGHT, 1, Long.MAX_VALUE);
        options.add("limits.bytesInFlight", b -> b.limits(l -> l.bytesInFlight(inFlight)));
        int waiting = given.number("limits.waitingSubmissions", LimitOptions.DEFAULT_WAITING_SUBMISSIONS, 1, most);
        options.add("limits.waitingSubmissions", b -> b.limits(l -> l.waitingSubmissions(waiting)));
        if (given.has("limits.slots")) {
            int slots = given.number("limits.slots", 1, 1, most);
            options.add("limits.slots", b -> b.limits(l -> l.slots(slots)));
        }
        if (given.has("limits.slowCalls")) {
            int slow = given.number("limits.slowCalls", 0, 0, LimitOptions.MAX_SLOW_CALLS);
            options.add("limits.slowCalls", b -> b.limits(l -> l.slowCalls(slow)));
        }
        timed("limits.lease", LimitOptions.DEFAULT_LEASE, (b, d) -> b.limits(l -> l.lease(d)));
    }

    private void retention() {
        timed("retention.content", RetentionOptions.DEFAULT_CONTENT, (b, d) -> b.retention(r -> r.content(d)));
        timed("retention.messages", RetentionOptions.DEFAULT_MESSAGES, (b, d) -> b.retention(r -> r.messages(d)));
        timed(
                "retention.idempotencyKeys",
                RetentionOptions.DEFAULT_IDEMPOTENCY_KEYS,
                (b, d) -> b.retention(r -> r.idempotencyKeys(d)));
    }

    /** Whatever is wrong with a key, it is not quoted. */
    private void encryption() {
        String key = given.secret("encryption.key");
        String old = given.secret("encryption.oldKeys");
        List<Secret> oldKeys = old.isEmpty()
                ? List.of()
                : Arrays.stream(old.split("\\s*,\\s*", -1)).map(Secret::of).toList();
        if (!key.isEmpty()) {
            options.add("encryption.key", b -> b.encryption(new EncryptionKeys(Secret.of(key), oldKeys)));
        } else if (!oldKeys.isEmpty()) {
            given.problem("encryption.oldKeys", "are set without a current one, encryption.key");
        }
    }

    private interface TimedOption {
        void set(MailerBuilder builder, Duration value);
    }

    private void timed(String key, Duration fallback, TimedOption option) {
        Duration value = given.duration(key, fallback);
        options.add(key, b -> option.set(b, value));
    }
}
