// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.StoredMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClaimedContentTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Claim A = TestClaims.claim(1, 11, "a.example");
    private static final Claim B = TestClaims.claim(2, 12, "b.example");

    private final OutboxStore store = mock(OutboxStore.class);
    private final ClaimedContent contents = new ClaimedContent(store);

    @Test
    void claims_are_read_together_and_each_once() {
        StoredMessage a = message(11);
        StoredMessage b = message(12);
        when(store.load(Set.of(11L, 12L))).thenReturn(List.of(a, b));
        contents.readAhead(List.of(A, B));

        assertThat(take(A)).isSameAs(a);
        assertThat(take(B)).isSameAs(b);
        verify(store, never()).load(List.of(11L));
    }

    @Test
    void what_was_taken_or_forgotten_is_read_again() {
        StoredMessage a = message(11);
        StoredMessage b = message(12);
        when(store.load(Set.of(11L, 12L))).thenReturn(List.of(a, b));
        when(store.load(List.of(11L))).thenReturn(List.of(a));
        when(store.load(List.of(12L))).thenReturn(List.of());
        contents.readAhead(List.of(A, B));
        take(A);
        contents.forget(List.of(B));

        assertThat(take(A)).isSameAs(a);
        assertThat(take(B)).isNull();
    }

    @Test
    void a_store_that_is_down_is_asked_again_by_the_slot() {
        StoredMessage a = message(11);
        when(store.load(Set.of(11L, 12L))).thenThrow(new MailerUnavailableException("down", Duration.ZERO, null));
        when(store.load(List.of(11L))).thenReturn(List.of(a));
        contents.readAhead(List.of(A, B));

        assertThat(take(A)).isSameAs(a);
    }

    @Test
    void what_was_accepted_here_is_not_read() {
        NewMessage message = accepted(11, 500, null);
        NewMessage other = accepted(12, 500, NOON);

        contents.readAhead(List.of(A, B));

        assertThat(take(A)).isEqualTo(StoredMessage.of(11, message));
        assertThat(take(B)).isEqualTo(StoredMessage.of(12, other));
        verifyNoInteractions(store);
    }

    @Test
    void what_was_accepted_is_read_again_by_a_later_claim() {
        accepted(11, 500, null);
        contents.readAhead(List.of(A));
        take(A);

        assertThat(take(A)).isNull();
        verify(store).load(List.of(11L));
    }

    @Test
    void claims_of_one_mail_read_it_once() {
        StoredMessage a = message(11);
        when(store.load(List.of(11L))).thenReturn(List.of(a));
        contents.readAhead(claims(11, 1, 4, 200_000));

        ClaimedMail first = contents.take(claims(11, 1, 2, 200_000));
        assertThat(first.message()).isSameAs(a);
        assertThat(contents.take(claims(11, 3, 1, 200_000))).isSameAs(first);
        assertThat(contents.take(claims(11, 4, 1, 200_000)).message()).isSameAs(a);
        verify(store, times(1)).load(List.of(11L));
    }

    @Test
    void the_last_of_them_leaves_nothing_behind() {
        List<Claim> claims = claims(11, 1, 3, 1_000);
        contents.readAhead(claims);
        ClaimedMail shared = contents.take(claims.subList(0, 1));
        contents.forget(claims.subList(1, 2));
        assertThat(contents.take(claims.subList(2, 3))).isSameAs(shared);

        assertThat(contents.take(claims.subList(0, 1))).isNotSameAs(shared);
    }

    @Test
    void a_later_claim_of_the_same_mail_reads_it_again() {
        StoredMessage before = message(11);
        StoredMessage after = message(11);
        when(store.load(List.of(11L))).thenReturn(List.of(before)).thenReturn(List.of(after));
        contents.readAhead(claims(11, 1, 2, 1_000));
        assertThat(take(claims(11, 1, 1, 1_000).get(0))).isSameAs(before);

        contents.readAhead(claims(11, 3, 2, 1_000));

        assertThat(take(claims(11, 3, 1, 1_000).get(0))).isSameAs(after);
    }

    @Test
    void what_is_too_large_to_keep_is_read_for_each() {
        StoredMessage a = message(11);
        when(store.load(List.of(11L))).thenReturn(List.of(a));
        List<Claim> claims = claims(11, 1, 2, 3_000_000);
        contents.readAhead(claims);

        take(claims.get(0));
        take(claims.get(1));
        verify(store, times(2)).load(List.of(11L));
    }

    @Test
    void nothing_is_kept_that_is_large_or_for_later_or_without_a_key() {
        accepted(11, (int) ByteBudget.SMALL + 1, null);
        accepted(12, 500, NOON.plusMillis(1));
        accepted(0, 500, null);

        contents.readAhead(List.of(A, B));

        verify(store).load(Set.of(11L, 12L));
        assertThat(take(A)).isNull();
        assertThat(take(B)).isNull();
        assertThat(take(TestClaims.claim(3, 0, "c.example"))).isNull();
    }

    @Test
    void the_oldest_are_dropped_beyond_four_megabytes() {
        for (int key = 1; key <= 70; key++) {
            accepted(key, 64_000, null);
        }

        for (int key = 1; key <= 70; key++) {
            Claim claim = TestClaims.claim(key, key, "a.example");
            contents.readAhead(List.of(claim));
            assertThat(take(claim) != null).as("%s", key).isEqualTo(key > 70 - 4 * 1024 * 1024 / 64_000);
        }
    }

    private @Nullable StoredMessage take(Claim claim) {
        return contents.take(List.of(claim)).message();
    }

    private static List<Claim> claims(long message, long firstDelivery, int count, long size) {
        return LongStream.range(firstDelivery, firstDelivery + count)
                .mapToObj(delivery -> TestClaims.claim(delivery, message, "a.example", size, 0))
                .toList();
    }

    private NewMessage accepted(long key, int size, @Nullable Instant sendAt) {
        MessageId id = MessageId.of(String.format("019c0000-0000-7000-8000-%012d", key));
        NewMessage message = new NewMessage(
                id,
                TestClaims.LANE,
                NOON,
                sendAt,
                null,
                AmbiguityPolicy.RESEND,
                new NewMessage.Summary(null, null, null, "<a@b.example>", Map.of()),
                new NewMessage.StoredContent(Bytes.of(new byte[size]), null, List.of(), FieldCipher.WrappedKey.NONE),
                null,
                List.of());
        contents.keep(message, new AppendResult(AppendResult.Kind.ACCEPTED, id, 0, key));
        return message;
    }

    private static StoredMessage message(long key) {
        StoredMessage message = mock(StoredMessage.class);
        when(message.key()).thenReturn(key);
        return message;
    }
}
