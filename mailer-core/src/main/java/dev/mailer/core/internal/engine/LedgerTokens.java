// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenKeyStore;
import dev.mailer.api.spi.TokenKeyStore.TokenKey;
import dev.mailer.api.spi.TokenSigner;
import dev.mailer.core.TokenKeys;
import dev.mailer.core.internal.crypto.LedgerCipher;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and checks tokens with the keys of the ledger, which it reads again from time to time: a new key is valid only when every node
 * has it. Thread-safe. Somebody else calls {@link #refresh} often enough; a token of a known key is checked without a look at the store. Waited
 * for is only where keys were never read, and before a token is made with keys that are too old for that.
 */
final class LedgerTokens implements TokenSigner, TokenKeys {
    /** From when on a new key is valid. */
    static final Duration AHEAD = Duration.ofSeconds(60);
    /** How often keys are to be read again. */
    static final Duration FRESH = Duration.ofSeconds(10);
    /** No token is made with keys that were read before, unless the store does not answer. */
    private static final Duration STALE = Duration.ofSeconds(40);
    /** How often tokens of unknown keys, which anybody can make up, and a store that is down may cause another read. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(LedgerTokens.class);

    private final TokenKeyStore store;
    private final InstantSource clock;
    private final NanoClock nanos;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile KeyRing ring = KeyRing.NONE;
    private volatile long readAt;
    private volatile long triedAt;
    private volatile boolean read;
    private volatile boolean failing;

    /** @param clock the ledger's */
    LedgerTokens(TokenKeyStore store, InstantSource clock, NanoClock nanos) {
        this.store = store;
        this.clock = clock;
        this.nanos = nanos;
    }

    @Override
    public String sign(String purpose, Bytes payload, Instant acceptedAt) {
        requirePurpose(purpose);
        KeyRing.Held key = toSign().at(acceptedAt);
        byte[] sealed = key.cipher().encrypt(purpose, payload.unsafeArray());
        String token = new TokenText(key.version(), Bytes.wrap(sealed)).write();
        if (token.length() > TokenText.MOST) {
            throw new IllegalArgumentException("a payload of " + payload.unsafeArray().length
                    + " bytes makes a token of " + token.length() + " characters, more than " + TokenText.MOST);
        }
        return token;
    }

    @Override
    public @Nullable Bytes verify(String purpose, String token) {
        requirePurpose(purpose);
        TokenText text = TokenText.read(token);
        if (text == null) {
            return null;
        }
        KeyRing known = ring.knows(text.version()) ? ring : lookedUp();
        byte[] plain =
                known.toVerify(text.version()).decrypt(purpose, text.sealed().unsafeArray());
        return plain == null ? null : Bytes.wrap(plain);
    }

    @Override
    public boolean knowsKeyOf(String token) {
        Integer version = TokenText.version(token);
        return version == null || ring.knows(version);
    }

    @Override
    public List<Key> list() {
        return store.all().stream().map(LedgerTokens::shown).toList();
    }

    @Override
    public Key rotate() {
        var unused = withFirst();
        while (true) {
            int version = newest(store.all()) + 1;
            if (version > TokenText.LAST_VERSION) {
                throw new IllegalStateException("there were " + TokenText.LAST_VERSION
                        + " keys of tokens, and there is no version for another");
            }
            TokenKey key = newKey(version, clock.instant().plus(AHEAD));
            if (store.add(key)) {
                unused = reread();
                return shown(key);
            }
        }
    }

    @Override
    public boolean revoke(int version) {
        Instant now = clock.instant();
        boolean replaced = store.all().stream()
                .anyMatch(k -> k.version() > version
                        && !k.isRevoked()
                        && !k.validFrom().isAfter(now));
        if (!replaced && list().stream().anyMatch(k -> k.version() == version && !k.revoked())) {
            throw new IllegalStateException(
                    "version " + version
                            + " of the keys of tokens is the one in use; make another, which is valid a minute later, and revoke it then");
        }
        boolean revoked = store.revoke(version);
        var unused = reread();
        return revoked;
    }

    private static int newest(List<TokenKey> keys) {
        return keys.stream().mapToInt(TokenKey::version).max().orElse(0);
    }

    private static Key shown(TokenKey key) {
        return new Key(key.version(), key.validFrom(), key.isRevoked());
    }

    /** Reads the keys again, where another thread does not; those that are known stay when it fails. */
    void refresh() {
        if (reading.tryLock()) {
            readIfDue(true);
        }
    }

    private KeyRing toSign() {
        if (ring.isEmpty()) {
            return withFirst();
        }
        if (age(readAt).compareTo(STALE) > 0) {
            reading.lock();
            readIfDue(age(triedAt).compareTo(AGAIN) > 0);
        }
        return ring;
    }

    /** For a token of an unknown key: it is no wrong one that cannot be told from one for want of a store. */
    private KeyRing lookedUp() {
        if (!read) {
            reading.lock();
            try {
                return read ? ring : first();
            } finally {
                reading.unlock();
            }
        }
        if (age(triedAt).compareTo(AGAIN) > 0 && reading.tryLock()) {
            readIfDue(true);
        }
        return ring;
    }

    /** While the lock is held. Those who waited for it while the store did not answer are not to wait for that as long again, each in turn. */
    private KeyRing first() {
        if (failing && age(triedAt).compareTo(AGAIN) <= 0) {
            throw new MailerUnavailableException("the keys of tokens cannot be read", AGAIN, null);
        }
        try {
            return readAll();
        } catch (RuntimeException e) {
            failing = true;
            triedAt = nanos.nanos();
            throw e;
        }
    }

    /** While the lock is held, which is given back. */
    private void readIfDue(boolean due) {
        try {
            if (due) {
                readAll();
            }
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("the keys of tokens cannot be read, is tried again: {}", Causes.of(e, log));
            }
            failing = true;
        } finally {
            reading.unlock();
        }
    }

    /** The keys, read anew. */
    private KeyRing reread() {
        reading.lock();
        try {
            return readAll();
        } finally {
            reading.unlock();
        }
    }

    /** Makes a first key where there is none; of several nodes one does. */
    private KeyRing withFirst() {
        KeyRing known = reread();
        if (!known.isEmpty()) {
            return known;
        }
        store.add(newKey(newest(store.all()) + 1, Instant.EPOCH));
        return reread();
    }

    /** While the lock is held. */
    private KeyRing readAll() {
        triedAt = nanos.nanos();
        KeyRing found = KeyRing.of(store.all());
        ring = found;
        readAt = triedAt;
        read = true;
        failing = false;
        return found;
    }

    private Duration age(long since) {
        return Duration.ofNanos(nanos.nanos() - since);
    }

    private static TokenKey newKey(int version, Instant from) {
        return new TokenKey(version, from, Bytes.wrap(LedgerCipher.newSecret()));
    }

    private static void requirePurpose(String purpose) {
        if (purpose.isEmpty() || purpose.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a purpose of tokens is a name, not empty and without NUL");
        }
    }
}
