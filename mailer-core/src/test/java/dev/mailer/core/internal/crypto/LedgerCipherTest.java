// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerCipherTest {
    private static final String OWNER = "default|mailer_message|1";
    private static final String PLACE = "mailer_message.sealed";
    private static final byte[] TEXT = "Your order".getBytes(StandardCharsets.UTF_8);

    private final Secret first = MasterKeys.generate(1);
    private final Secret second = MasterKeys.generate(2);
    private final byte[] lookup = LedgerCipher.newSecret();
    private final LedgerCipher cipher = of(first);

    private LedgerCipher of(Secret current, Secret... old) {
        return new LedgerCipher(MasterKeys.read(current, List.of(old)), lookup, lookup);
    }

    @Test
    void a_text_is_read_back_with_the_key_as_it_is_stored() {
        DataKey key = cipher.newKey(OWNER);

        byte[] encrypted = key.encrypt(PLACE, TEXT);

        assertThat(cipher.open(OWNER, key.wrapped()).decrypt(PLACE, encrypted)).isEqualTo(TEXT);
        assertThat(encrypted).hasSize(1 + 12 + TEXT.length + 16).startsWith(1);
        assertThat(key.encrypt(PLACE, TEXT)).isNotEqualTo(encrypted);
        assertThat(key.decrypt(PLACE, key.encrypt(PLACE, new byte[0]))).isEmpty();
    }

    @Test
    void a_text_that_was_altered_or_moved_is_an_error_wherever_it_was_touched() {
        DataKey key = cipher.newKey(OWNER);
        byte[] encrypted = key.encrypt(PLACE, TEXT);

        for (int i = 0; i < encrypted.length; i++) {
            byte[] altered = encrypted.clone();
            altered[i] ^= 1;
            assertThatThrownBy(() -> key.decrypt(PLACE, altered)).isInstanceOf(UnreadableException.class);
        }
        assertThatThrownBy(() -> key.decrypt("mailer_content.document", encrypted))
                .isInstanceOf(UnreadableException.class)
                .hasMessageContaining("mailer_content.document of " + OWNER + " cannot be decrypted");
        assertThatThrownBy(() -> key.decrypt(PLACE, new byte[0])).isInstanceOf(UnreadableException.class);
        assertThatThrownBy(() -> cipher.open("default|mailer_message|2", key.wrapped()))
                .isInstanceOf(UnreadableException.class);
    }

    @Test
    void a_key_is_wrapped_again_and_reads_what_it_wrote() {
        DataKey key = cipher.newKey(OWNER);
        byte[] encrypted = key.encrypt(PLACE, TEXT);
        LedgerCipher rotated = of(second, first);

        WrappedKey next = rotated.rewrap(OWNER, key.wrapped());

        assertThat(next.version()).isEqualTo(2);
        assertThat(of(second).open(OWNER, next).decrypt(PLACE, encrypted)).isEqualTo(TEXT);
        assertThat(rotated.rewrap(OWNER, next)).isSameAs(next);
        assertThatThrownBy(() -> of(second).open(OWNER, key.wrapped()))
                .isInstanceOfSatisfying(
                        UnreadableException.class,
                        e -> assertThat(e.isKeyMissing()).isTrue())
                .hasMessageContaining("master key 1, which is not configured");
    }

    @Test
    void hashes_are_those_of_their_key_and_tenant() {
        Bytes hash = cipher.lookupHash("default", "jo@example.org");

        assertThat(hash.length()).isEqualTo(32);
        assertThat(cipher.lookupHash("default", "jo@example.org")).isEqualTo(hash);
        assertThat(cipher.lookupHash("other", "jo@example.org")).isNotEqualTo(hash);
        assertThat(new LedgerCipher(MasterKeys.read(first, List.of()), new byte[32], lookup)
                        .lookupHash("default", "jo@example.org"))
                .isNotEqualTo(hash);
    }

    /** McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14: a key of zeros and a nonce of zeros. */
    @Test
    void a_record_of_a_known_key_and_nonce_is_read() throws Exception {
        byte[] record = HexFormat.of()
                .parseHex("01" + "00".repeat(12) + "cea7403d4d606b6e074ec5d3baf39d18"
                        + "d0d1c8a799996bf0265b98b5d48ab919");

        assertThat(AesGcm.DATA.decrypt(AesGcm.key(new byte[32]), "", record)).isEqualTo(new byte[16]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1:",
                "1:abc",
                "0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=",
                "x:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=",
                "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void what_is_no_key_is_refused_and_not_quoted(String text) {
        assertThatThrownBy(() -> MasterKeys.read(Secret.of(text), List.of()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("encryption.key: ")
                .hasMessageNotContaining("AAAA");
    }

    @Test
    void a_version_stands_for_one_key() {
        assertThatThrownBy(() -> MasterKeys.read(first, List.of(MasterKeys.generate(1))))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("encryption.oldKeys: version 1 is given twice; each key has its own");
    }

    @Test
    void nothing_prints_a_key() {
        MasterKeys masters = MasterKeys.read(first, List.of(second));
        String secret = first.reveal().substring(2);

        assertThat(masters.toString()).isEqualTo("MasterKeys[current=1, versions=[1, 2]]");
        assertThat(cipher.newKey(OWNER).toString()).isEqualTo("DataKey[" + OWNER + "]");
        assertThat(new dev.mailer.core.EncryptionKeys(first, List.of(second)).toString())
                .doesNotContain(secret)
                .contains("***");
    }
}
