// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenKeyStore;
import dev.mailer.api.spi.TokenKeyStore.TokenKey;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The keys of tokens. */
interface TokenKeyCases extends StoreCases {
    /** One more store on the same data; skips the test where that cannot be. */
    LedgerDriver another() throws Exception;

    /** The same data after a restart; skips the test where it does not survive. */
    LedgerDriver restarted() throws Exception;

    private TokenKeyStore keys() {
        return ledger().store().tokenKeys();
    }

    private static TokenKey key(int version, Instant from, int fill) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) fill);
        return new TokenKey(version, from, Bytes.wrap(secret));
    }

    @Test
    default void a_key_of_tokens_is_kept_and_none_takes_its_version() {
        assertThat(keys().all()).isEmpty();

        assertThat(keys().add(key(2, LATER, 7))).isTrue();
        assertThat(keys().add(key(1, Instant.EPOCH, 8))).isTrue();
        assertThat(keys().add(key(2, NOON, 9))).isFalse();

        assertThat(keys().all()).containsExactly(key(1, Instant.EPOCH, 8), key(2, LATER, 7));
    }

    @Test
    default void a_revoked_key_of_tokens_loses_its_secret_and_keeps_its_version() {
        keys().add(key(1, Instant.EPOCH, 1));
        keys().add(key(2, NOON, 2));

        assertThat(keys().revoke(1)).isTrue();
        assertThat(keys().revoke(1)).isFalse();
        assertThat(keys().revoke(3)).isFalse();

        assertThat(keys().add(key(1, NOON, 3))).isFalse();
        assertThat(keys().all()).containsExactly(new TokenKey(1, Instant.EPOCH, null), key(2, NOON, 2));
    }

    @Test
    default void keys_of_tokens_outlive_a_restart() throws Exception {
        keys().add(key(1, Instant.EPOCH, 1));
        keys().add(key(2, NOON, 2));
        keys().revoke(1);

        assertThat(restarted().store().tokenKeys().all())
                .containsExactly(new TokenKey(1, Instant.EPOCH, null), key(2, NOON, 2));
    }

    @Test
    default void of_two_nodes_one_makes_a_key_of_tokens() throws Exception {
        TokenKeyStore other = another().store().tokenKeys();

        assertThat(keys().add(key(1, Instant.EPOCH, 1))).isTrue();
        assertThat(other.add(key(1, Instant.EPOCH, 2))).isFalse();

        assertThat(other.all()).containsExactly(key(1, Instant.EPOCH, 1));
    }
}
