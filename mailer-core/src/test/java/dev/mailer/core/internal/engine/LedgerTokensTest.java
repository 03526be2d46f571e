// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenKeyStore;
import dev.mailer.core.Stores;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LedgerTokensTest {
    private static final Bytes PAYLOAD = Bytes.utf8("17|jo@example.org|https://example.org/a?b=c");
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final CountedKeys keys = new CountedKeys(Stores.memory().tokenKeys());
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private long nanos = 1_000_000_000_000L;
    private final LedgerTokens tokens = node();

    private LedgerTokens node() {
        return new LedgerTokens(keys, () -> now, () -> nanos);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    /** Counts the reads, and can be down. */
    private static final class CountedKeys implements TokenKeyStore {
        private final TokenKeyStore store;
        private final AtomicInteger reads = new AtomicInteger();
        private boolean down;
        private final CountDownLatch entered = new CountDownLatch(1);
        private volatile @Nullable CountDownLatch hanging;

        CountedKeys(TokenKeyStore store) {
            this.store = store;
        }

        @Override
        public List<TokenKey> all() {
            reads.incrementAndGet();
            CountDownLatch hangs = hanging;
            if (hangs != null) {
                entered.countDown();
                await(hangs);
            }
            if (down) {
                throw new MailerUnavailableException("down", Duration.ofSeconds(1), null);
            }
            return store.all();
        }

        private static void await(CountDownLatch hangs) {
            try {
                hangs.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean add(TokenKey key) {
            return store.add(key);
        }

        @Override
        public boolean revoke(int version) {
            return store.revoke(version);
        }
    }

    @Test
    void a_token_carries_its_payload_and_shows_nothing_of_it() {
        String token = tokens.sign("click", PAYLOAD, now);

        assertThat(tokens.verify("click", token)).isEqualTo(PAYLOAD);
        assertThat(token).matches("[A-Za-z0-9_-]+").hasSizeLessThanOrEqualTo(PAYLOAD.unsafeArray().length * 4 / 3 + 24);
        assertThat(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1))
                .doesNotContain("example");
        assertThat(tokens.verify("open", tokens.sign("open", Bytes.EMPTY, now))).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void the_same_token_comes_on_every_node_and_attempt() {
        String token = tokens.sign("click", PAYLOAD, now);

        assertThat(node().sign("click", PAYLOAD, now)).isEqualTo(token);
        assertThat(node().verify("click", token)).isEqualTo(PAYLOAD);
        assertThat(tokens.sign("click", Bytes.utf8("18"), now)).isNotEqualTo(token);
    }

    @Test
    void no_other_purpose_takes_a_token() {
        String token = tokens.sign("click", PAYLOAD, now);

        assertThat(tokens.verify("open", token)).isNull();
        assertThat(tokens.verify("clic", token)).isNull();
        assertThatThrownBy(() -> tokens.sign("a\0b", PAYLOAD, now)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tokens.sign("", PAYLOAD, now)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void no_bit_can_be_another() {
        for (String payload : List.of("", "1", "12", "123", "a longer one that fills more than a block")) {
            String token = tokens.sign("click", Bytes.utf8(payload), now);

            for (int i = 0; i < token.length(); i++) {
                for (int bit = 0; bit < 6; bit++) {
                    char other = ALPHABET.charAt(ALPHABET.indexOf(token.charAt(i)) ^ 1 << bit);
                    String altered = token.substring(0, i) + other + token.substring(i + 1);
                    assertThat(tokens.verify("click", altered)).as(altered).isNull();
                }
            }
        }
    }

    @Test
    void what_is_no_token_is_none() {
        String token = tokens.sign("click", PAYLOAD, now);

        for (String bad : List.of(
                "",
                "A",
                "AA",
                "AQ",
                "gAE",
                token + "=",
                token + "A",
                token + " ",
                token.substring(1),
                token.substring(0, token.length() - 1),
                token.replace(token.charAt(5), '%'),
                "ä" + token,
                "A".repeat(TokenText.MOST),
                "A".repeat(1_000_000))) {
            assertThat(tokens.verify("click", bad)).isNull();
        }
        assertThatThrownBy(() -> tokens.sign("click", Bytes.wrap(new byte[TokenText.MOST]), now))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16384");
    }

    @Test
    void the_version_of_a_key_has_one_form() {
        byte[] token = Base64.getUrlDecoder().decode(tokens.sign("click", PAYLOAD, now));
        byte[] longer = new byte[token.length + 1];
        System.arraycopy(token, 0, longer, 1, token.length);
        longer[0] = (byte) 0x80;

        assertThat(tokens.verify(
                        "click", Base64.getUrlEncoder().withoutPadding().encodeToString(longer)))
                .isNull();
        for (int version : new int[] {1, 127, 128, 255, 256, TokenText.LAST_VERSION}) {
            TokenText text = new TokenText(version, PAYLOAD);
            assertThat(TokenText.read(text.write())).isEqualTo(text);
        }
    }

    @Test
    void mail_keeps_the_key_of_its_time_and_a_new_one_waits_until_every_node_has_it() {
        LedgerTokens other = node();
        Instant before = now;
        String old = tokens.sign("click", PAYLOAD, before);
        other.sign("click", PAYLOAD, before);

        assertThat(tokens.rotate().version()).isEqualTo(2);
        assertThat(other.sign("click", PAYLOAD, now)).isEqualTo(old);
        pass(LedgerTokens.AHEAD);

        assertThat(tokens.sign("click", PAYLOAD, now)).isNotEqualTo(old).isEqualTo(other.sign("click", PAYLOAD, now));
        assertThat(other.sign("click", PAYLOAD, now.minusMillis(1))).isEqualTo(old);
        assertThat(other.verify("click", old)).isEqualTo(PAYLOAD);
        assertThat(tokens.list())
                .extracting(k -> k.version() + " " + k.validFrom() + " " + k.revoked())
                .containsExactly("1 1970-01-01T00:00:00Z false", "2 2026-01-01T12:01:00Z false");
    }

    @Test
    void a_token_of_a_key_that_is_not_known_yet_is_looked_up_once_a_second_at_most() {
        LedgerTokens other = node();
        other.sign("click", PAYLOAD, now);
        tokens.rotate();
        String ahead = tokens.sign("click", PAYLOAD, now.plus(LedgerTokens.AHEAD));
        pass(Duration.ofSeconds(2));

        assertThat(other.verify("click", ahead)).isEqualTo(PAYLOAD);
        int reads = keys.reads.get();
        byte[] unknown = new byte[40];
        Arrays.fill(unknown, (byte) 99);
        for (int i = 0; i < 100; i++) {
            assertThat(other.verify(
                            "click", Base64.getUrlEncoder().withoutPadding().encodeToString(unknown)))
                    .isNull();
        }

        assertThat(keys.reads.get() - reads).isLessThanOrEqualTo(1);
    }

    @Test
    void a_revoked_key_s_tokens_are_worthless_and_its_mail_gets_others() {
        LedgerTokens other = node();
        Instant before = now;
        String old = tokens.sign("click", PAYLOAD, before);
        other.sign("click", PAYLOAD, before);
        assertThatThrownBy(() -> tokens.revoke(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("version 1 of the keys of tokens is the one in use");
        tokens.rotate();
        assertThatThrownBy(() -> tokens.revoke(1)).isInstanceOf(IllegalStateException.class);
        pass(LedgerTokens.AHEAD);

        assertThat(tokens.revoke(1)).isTrue();
        assertThat(tokens.revoke(1)).isFalse();
        assertThat(tokens.revoke(9)).isFalse();

        assertThat(tokens.verify("click", old)).isNull();
        String again = tokens.sign("click", PAYLOAD, before);
        assertThat(tokens.verify("click", again)).isEqualTo(PAYLOAD);
        pass(LedgerTokens.FRESH);
        other.refresh();
        assertThat(other.verify("click", old)).isNull();
        assertThat(other.sign("click", PAYLOAD, before)).isEqualTo(again);
    }

    @Test
    void known_keys_go_on_while_the_store_is_down() {
        String token = tokens.sign("click", PAYLOAD, now);
        keys.down = true;
        pass(Duration.ofHours(1));

        assertThat(tokens.verify("click", token)).isEqualTo(PAYLOAD);
        assertThat(tokens.sign("click", PAYLOAD, now)).isEqualTo(token);
        assertThatThrownBy(() -> node().verify("click", token)).isInstanceOf(MailerUnavailableException.class);
        assertThatThrownBy(() -> node().sign("click", PAYLOAD, now)).isInstanceOf(MailerUnavailableException.class);
    }

    @Test
    void a_known_key_is_used_without_a_look_at_the_store() {
        String token = tokens.sign("click", PAYLOAD, now);
        int reads = keys.reads.get();

        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMinutes(1));
            assertThat(tokens.verify("click", token)).isEqualTo(PAYLOAD);
        }

        assertThat(keys.reads.get()).isEqualTo(reads);
    }

    @Test
    void it_is_known_which_token_needs_a_look_at_the_store() {
        String token = tokens.sign("click", PAYLOAD, now);
        LedgerTokens other = node();

        assertThat(other.knowsKeyOf(token)).isFalse();
        other.refresh();
        int reads = keys.reads.get();
        for (String known :
                List.of(token, token.substring(0, 6), "", "AQ", "AQI", "!!!!", "A===", "AQ==", "\u00e9AQID")) {
            assertThat(other.knowsKeyOf(known)).as(known).isTrue();
            var unused = other.verify("click", known);
        }

        assertThat(keys.reads).hasValue(reads);
        assertThat(other.knowsKeyOf("Ag" + token.substring(2))).isFalse();
        assertThat(other.knowsKeyOf("gAIx" + token.substring(2))).isFalse();
    }

    @Test
    @Timeout(60)
    void a_known_key_is_used_while_the_store_keeps_a_reader_waiting() throws Exception {
        String token = tokens.sign("click", PAYLOAD, now);
        keys.hanging = new CountDownLatch(1);
        Thread reader = new Thread(tokens::refresh);
        reader.start();
        try {
            keys.entered.await();
            pass(Duration.ofHours(1));

            assertThat(tokens.verify("click", token)).isEqualTo(PAYLOAD);
        } finally {
            keys.hanging.countDown();
            reader.join();
        }
    }

    @Test
    void keys_that_were_read_at_the_start_serve_when_the_store_has_gone() {
        String token = tokens.sign("click", PAYLOAD, now);
        LedgerTokens fresh = node();
        fresh.refresh();
        keys.down = true;

        assertThat(fresh.verify("click", token)).isEqualTo(PAYLOAD);
    }

    @Test
    void where_keys_were_never_read_a_store_that_is_down_is_asked_once_a_second() {
        String token = tokens.sign("click", PAYLOAD, now);
        LedgerTokens fresh = node();
        keys.down = true;
        fresh.refresh();
        int reads = keys.reads.get();

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> fresh.verify("click", token)).isInstanceOf(MailerUnavailableException.class);
        }
        assertThat(keys.reads.get()).isEqualTo(reads);

        keys.down = false;
        pass(Duration.ofSeconds(2));
        assertThat(fresh.verify("click", token)).isEqualTo(PAYLOAD);
    }
}
