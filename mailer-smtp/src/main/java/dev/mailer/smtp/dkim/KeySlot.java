// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Secret;
import java.security.Provider;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of a domain and selector, asked for at each use, so that another key in its source is used from then on. While the
 * source gives none, or one that cannot be used, the last one goes on signing: its record is still published. Thread-safe.
 */
final class KeySlot {
    private static final Logger LOG = LoggerFactory.getLogger(KeySlot.class);

    private final String domain;
    private final String selector;
    private final Instant from;
    private final Supplier<@Nullable Secret> source;
    private final @Nullable Provider provider;
    private final DkimAlgorithm algorithm;
    private volatile Current current;
    private volatile boolean failing;

    private record Current(Secret given, SigningKey key) {}

    /** @throws IllegalArgumentException there is no key, or it cannot be used */
    KeySlot(
            String domain,
            String selector,
            Instant from,
            Supplier<@Nullable Secret> source,
            @Nullable Provider provider) {
        this.domain = domain;
        this.selector = selector;
        this.from = from;
        this.source = source;
        this.provider = provider;
        Secret given = source.get();
        if (given == null) {
            throw new IllegalArgumentException("there is no such secret");
        }
        SigningKey key = new SigningKey(DkimPrivateKey.parse(given), provider);
        this.algorithm = key.algorithm();
        this.current = new Current(given, key);
    }

    String selector() {
        return selector;
    }

    /** Mail that was accepted at this instant or later is signed with it, until a later one of its algorithm begins. */
    Instant from() {
        return from;
    }

    DkimAlgorithm algorithm() {
        return algorithm;
    }

    SigningKey key() {
        Secret given = given();
        Current now = current;
        return given == null || given.equals(now.given()) ? now.key() : changed(given);
    }

    /** A source that is out of order gives none; what it says may hold a secret, so only its kind is told, once for each time. */
    private @Nullable Secret given() {
        try {
            Secret given = source.get();
            failing = false;
            return given;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "DKIM: the key of {} of {} cannot be had, so the last one goes on signing: {}",
                        selector,
                        domain,
                        e.getClass().getName());
            }
            return null;
        }
    }

    private synchronized SigningKey changed(Secret given) {
        Current now = current;
        if (given.equals(now.given())) {
            return now.key();
        }
        SigningKey key = now.key();
        try {
            SigningKey next = new SigningKey(DkimPrivateKey.parse(given), provider);
            if (next.algorithm() != algorithm) {
                throw new IllegalArgumentException(
                        "it is an " + next.algorithm().keyType() + " key, and was an " + algorithm.keyType()
                                + " key when the mailer was built");
            }
            key = next;
            LOG.info("DKIM: {} of {} has another key now: {}", selector, domain, key);
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "DKIM: the new key of {} of {} cannot be used, so the one before goes on signing: {}",
                    selector,
                    domain,
                    e.getMessage());
        }
        // What cannot be used is remembered too, and tried and told once.
        current = new Current(given, key);
        return key;
    }

    @Override
    public String toString() {
        return selector + "._domainkey." + domain + " ("
                + Objects.requireNonNull(current).key() + (from.equals(Instant.MIN) ? "" : ", from " + from) + ")";
    }
}
