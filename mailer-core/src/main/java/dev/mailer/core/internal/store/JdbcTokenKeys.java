// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.TokenKeyStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys of tokens; sealed with the ledger's key for texts where there is one. */
final class JdbcTokenKeys implements TokenKeyStore {
    private final Database database;
    private final Ledger ledger;
    private final InstantSource clock;

    JdbcTokenKeys(Database database, Ledger ledger, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public List<TokenKey> all() {
        return Failures.translate(
                "read the keys of tokens",
                () -> database.read(
                        s -> s.sql("select version, valid_from, sealed, secret from mailer_token_key order by version")
                                .list(this::key)));
    }

    @Override
    public boolean add(TokenKey key) {
        return Failures.translate(
                "add a key of tokens", () -> database.writeRepeatably(s -> ledger.dialect.insertNew(s, row(key))));
    }

    @Override
    public boolean revoke(int version) {
        return Failures.translate(
                "revoke a key of tokens",
                () -> database.writeRepeatably(s -> s.sql("update mailer_token_key set secret = null, sealed = 0"
                                        + " where version = ? and secret is not null")
                                .with(version)
                                .update()
                        > 0));
    }

    /** Seals those that were made without a key. */
    static void seal(Database database, DataKey texts) throws SQLException {
        database.writeRepeatably(s -> {
            List<TokenKey> plain = s.sql(
                            "select version, secret from mailer_token_key where sealed = 0" + " and secret is not null")
                    .list(r -> new TokenKey(r.getInt(1), Instant.EPOCH, Bytes.wrap(r.getBytes(2))));
            for (TokenKey key : plain) {
                byte[] secret = Objects.requireNonNull(key.secret()).unsafeArray();
                s.sql("update mailer_token_key set secret = ?, sealed = 1 where version = ? and sealed = 0")
                        .with(Bytes.wrap(texts.encrypt(Places.tokenKey(key.version()), secret)))
                        .with(key.version())
                        .update();
            }
            return plain.size();
        });
    }

    private TableRows row(TokenKey key) {
        TableRows row = new TableRows(
                "mailer_token_key",
                "version int4",
                "valid_from bigint",
                "sealed int2",
                "secret bytea",
                "created_at bigint");
        DataKey texts = ledger.texts;
        byte[] secret = Objects.requireNonNull(key.secret(), "secret").unsafeArray();
        row.add(
                key.version(),
                Times.millis(key.validFrom()),
                texts == null ? 0 : 1,
                texts == null ? secret : texts.encrypt(Places.tokenKey(key.version()), secret),
                Times.millis(clock.instant()));
        return row;
    }

    private TokenKey key(ResultSet r) throws SQLException {
        int version = r.getInt(1);
        return new TokenKey(
                version,
                Objects.requireNonNull(Times.read(r, "valid_from")),
                secret(version, r.getInt(3) != 0, r.getBytes(4)));
    }

    private @Nullable Bytes secret(int version, boolean sealed, byte @Nullable [] stored) {
        if (stored == null || !sealed) {
            return stored == null ? null : Bytes.wrap(stored);
        }
        DataKey texts = ledger.texts;
        if (texts == null) {
            throw UnreadableException.altered(Places.tokenKey(version), null);
        }
        return Bytes.wrap(texts.decrypt(Places.tokenKey(version), stored));
    }
}
