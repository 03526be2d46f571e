// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a part of the suppression list ended: the key of its last entry, but for the tenant. */
record SuppressionCursor(Bytes hash, long stream, String reason) {
    /** A condition that is true of what is behind; {@link #bind} fills it. */
    static final String BEHIND =
            "lookup_hash >= ? and (lookup_hash > ? or stream_id > ? or stream_id = ? and reason > ?)";

    private static final Pattern TEXT = Pattern.compile("((?:[0-9a-f]{2}){1,64})\\.(\\d{1,18})\\.([A-Z_]{1,50})");

    /** @throws InvalidEmailException the text is none that {@link #toString} gave */
    static SuppressionCursor of(@Nullable String text) {
        if (text == null) {
            return new SuppressionCursor(Bytes.EMPTY, SuppressionRows.ALL_STREAMS, "");
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new InvalidEmailException("after", "is not where a list ended");
        }
        return new SuppressionCursor(
                Bytes.wrap(HexFormat.of().parseHex(parts.group(1))), Long.parseLong(parts.group(2)), parts.group(3));
    }

    static SuppressionCursor at(ResultSet row) throws SQLException {
        return new SuppressionCursor(
                Bytes.wrap(row.getBytes("lookup_hash")), row.getLong("stream_id"), row.getString("reason"));
    }

    void bind(Bound b) throws SQLException {
        b.with(hash).with(hash).with(stream).with(stream).with(reason);
    }

    @Override
    public String toString() {
        return hash.toHex() + "." + stream + "." + reason;
    }
}
