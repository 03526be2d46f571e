// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.core.internal.digest.AddressKeys;
import dev.mailer.core.internal.digest.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of the suppression list, and the question that append and claim ask: may this address be mailed. */
final class SuppressionRows {
    /** Stands for all streams of a tenant. */
    static final long ALL_STREAMS = 0;

    /** In {@code lookup_key_version}: the ledger's look-up key; there is one. */
    static final int LOOKUP_KEY = 1;

    /** What holds for a stream at an instant, and of that the entry that is told. */
    static final String HOLDS_FIRST =
            " and stream_id in (" + ALL_STREAMS + ", ?) and (until_at is null or until_at > ?)"
                    + " order by coalesce(until_at, " + Long.MAX_VALUE + ") desc, reason, stream_id limit 1";

    private SuppressionRows() {}

    static boolean any(Statements statements) throws SQLException {
        return statements.sql("select 1 from mailer_suppression limit 1").first(r -> 1) != null;
    }

    /**
     * The hashes under which an address may be listed: with encryption also the plain one, of an entry from before it was turned on, or
     * of a node that has no key yet.
     */
    static List<Bytes> hashes(FieldCipher cipher, String tenant, String address) {
        String key = AddressKeys.of(address);
        Bytes hash = cipher.lookupHash(tenant, key);
        return cipher.isOn() ? List.of(hash, Sha256.of(key)) : List.of(hash);
    }

    /** A condition on the hash, with a place for each of so many. */
    static String isOneOf(List<Bytes> hashes) {
        return "lookup_hash in (?" + ", ?".repeat(hashes.size() - 1) + ")";
    }

    static @Nullable String reason(Statements statements, long tenantId, long streamId, List<Bytes> hashes, Instant now)
            throws SQLException {
        Bound b = statements
                .sql("select reason from mailer_suppression where tenant_id = ? and " + isOneOf(hashes) + HOLDS_FIRST)
                .with(tenantId);
        for (Bytes hash : hashes) {
            b.with(hash);
        }
        return b.with(streamId).with(now).first(r -> r.getString(1));
    }

    /** Returns whether there was one. */
    static boolean remove(Statements statements, long tenantId, long streamId, Reason reason, List<Bytes> hashes)
            throws SQLException {
        Bound b = statements
                .sql("delete from mailer_suppression where tenant_id = ? and " + isOneOf(hashes)
                        + " and stream_id = ? and " + isFor(reason))
                .with(tenantId);
        for (Bytes hash : hashes) {
            b.with(hash);
        }
        return b.with(streamId).update() > 0;
    }

    /** The domain of an address key, by which entries are listed; it stays readable, as that of a delivery. */
    static String domain(String addressKey) {
        return addressKey.substring(addressKey.lastIndexOf('@') + 1);
    }

    /** A condition on the reason, with {@link #reason} of what is stored. */
    static String isFor(Reason reason) {
        return reason == Reason.MANUAL
                ? Arrays.stream(Reason.values())
                        .filter(r -> r != Reason.MANUAL)
                        .map(Reason::name)
                        .collect(Collectors.joining("', '", "reason not in ('", "')"))
                : "reason = '" + reason.name() + "'";
    }

    /** A reason of a newer version still forbids mailing. */
    static Reason reason(String name) {
        for (Reason reason : Reason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return Reason.MANUAL;
    }

    /** Leaves the hash, which holds; returns how many entries still had the address. */
    static int forget(Statements statements, long tenantId, List<Bytes> hashes) throws SQLException {
        Bound b = statements
                .sql("update mailer_suppression set address = '', wrapped_key = null, key_version = "
                        + RowKey.ERASED_VERSION + " where tenant_id = ? and " + isOneOf(hashes)
                        + " and key_version >= 0")
                .with(tenantId);
        for (Bytes hash : hashes) {
            b.with(hash);
        }
        return b.update();
    }

    /** The address of a row, for people. */
    static String address(FieldCipher cipher, String tenant, ResultSet r) throws SQLException {
        Bytes hash = Bytes.wrap(r.getBytes("lookup_hash"));
        return RowKey.open(
                        cipher,
                        Places.suppression(tenant, hash, r.getLong("stream_id"), r.getString("reason")),
                        r.getInt("key_version"),
                        r.getBytes("wrapped_key"))
                .shown(Places.SUPPRESSED_ADDRESS, r.getString("address"));
    }
}
