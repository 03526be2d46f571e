// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.StoredMessage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimedContentTest {
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

        assertThat(contents.take(A)).isSameAs(a);
        assertThat(contents.take(B)).isSameAs(b);
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
        contents.take(A);
        contents.forget(List.of(B));

        assertThat(contents.take(A)).isSameAs(a);
        assertThat(contents.take(B)).isNull();
    }

    @Test
    void a_store_that_is_down_is_asked_again_by_the_slot() {
        StoredMessage a = message(11);
        when(store.load(Set.of(11L, 12L))).thenThrow(new MailerUnavailableException("down", Duration.ZERO, null));
        when(store.load(List.of(11L))).thenReturn(List.of(a));
        contents.readAhead(List.of(A, B));

        assertThat(contents.take(A)).isSameAs(a);
    }

    private static StoredMessage message(long key) {
        StoredMessage message = mock(StoredMessage.class);
        when(message.key()).thenReturn(key);
        return message;
    }
}
