// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.accounts;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Codes that are good for one use and a while. A code has 60 bits of chance, so that its plain SHA-256 tells nobody what it was within its
 * life; a short one of digits would need a keyed hash and a count of wrong tries. The newest code for an address is the only one.
 */
@Component
class OneTimeCodes {
    /** Without letters and digits that look alike. */
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int LENGTH = 12;

    /** Nobody's mailbox is flooded by somebody else: one code per address and minute. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final JdbcClient database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    OneTimeCodes(JdbcClient database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A code on its way out: the only place where it is not a hash. */
    record Code(String secret, Instant expiresAt) {
        @Override
        public String toString() {
            return "Code[expires " + expiresAt + "]";
        }
    }

    private record Stored(String hash, long issuedAt, long expiresAt) {}

    /** A new code in place of an older one; null when the older one is less than a minute old. */
    @Transactional
    public @Nullable Code issue(String purpose, String email, Duration life) {
        Instant now = clock.instant();
        Optional<Stored> before = find(purpose, email);
        if (before.isPresent() && now.toEpochMilli() < before.get().issuedAt() + PAUSE.toMillis()) {
            return null;
        }
        Code code = new Code(newSecret(), now.plus(life));
        database.sql("delete from codes where purpose = ? and email = ?")
                .params(purpose, email)
                .update();
        database.sql("insert into codes (purpose, email, hash, issued_at, expires_at) values (?, ?, ?, ?, ?)")
                .params(
                        purpose,
                        email,
                        hash(code.secret()),
                        now.toEpochMilli(),
                        code.expiresAt().toEpochMilli())
                .update();
        return code;
    }

    /** True once for the right code in its time. Of two at a time one deletes it, and only that one is right. */
    @Transactional
    public boolean redeem(String purpose, String email, String secret) {
        String given = hash(secret);
        Stored stored = find(purpose, email).orElse(new Stored("", 0, 0));
        boolean same =
                MessageDigest.isEqual(given.getBytes(US_ASCII), stored.hash().getBytes(US_ASCII));
        return same
                && clock.millis() < stored.expiresAt()
                && database.sql("delete from codes where purpose = ? and email = ? and hash = ?")
                                .params(purpose, email, given)
                                .update()
                        == 1;
    }

    private Optional<Stored> find(String purpose, String email) {
        return database.sql("select hash, issued_at, expires_at from codes where purpose = ? and email = ?")
                .params(purpose, email)
                .query(Stored.class)
                .optional();
    }

    private String newSecret() {
        StringBuilder secret = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            secret.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return secret.toString();
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
