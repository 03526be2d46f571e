// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link ContentStore} must do. Extend it and say how to make the store that it belongs to. */
public abstract class ContentStoreContract extends StoreContract {
    private static final int CHUNK = ContentStore.CHUNK;
    private static final int LIMIT = 8 * CHUNK;
    private static final Duration HOUR = Duration.ofHours(1);

    protected ContentStoreContract() {}

    @Test
    void content_of_every_size_comes_back_to_the_byte() throws IOException {
        for (int size : new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 4 * CHUNK + 17}) {
            byte[] content = bytes(size);

            ContentRef ref = put(LANE.tenant(), content);

            assertThat(ref).isEqualTo(new ContentRef(digest(content), size));
            assertThat(read(LANE.tenant(), ref)).as("%s bytes", size).isEqualTo(content);
        }
    }

    @Test
    void a_stream_that_gives_little_at_a_time_is_read_to_its_end() throws IOException {
        byte[] content = bytes(3 * CHUNK + 5);

        ContentRef ref = contents().put(LANE.tenant(), new Trickle(content), LIMIT, null);

        assertThat(ref).isEqualTo(new ContentRef(digest(content), content.length));
        assertThat(read(LANE.tenant(), ref)).isEqualTo(content);
    }

    @Test
    void content_can_be_opened_often_and_at_once() throws IOException {
        byte[] content = bytes(CHUNK + 1);
        ContentRef ref = put(LANE.tenant(), content);

        try (InputStream one = contents().open(LANE.tenant(), ref);
                InputStream other = contents().open(LANE.tenant(), ref)) {
            assertThat(one.readNBytes(10)).isEqualTo(other.readNBytes(10));
            assertThat(one.readAllBytes()).isEqualTo(other.readAllBytes());
            assertThat(one.read()).isEqualTo(-1);
        }
    }

    @Test
    void the_largest_allowed_is_taken_and_one_byte_more_is_refused_without_remains() throws IOException {
        put(LANE.tenant(), bytes(LIMIT));
        assertThat(contents().sweep(now().plus(HOUR))).isEqualTo(1);

        assertThatExceptionOfType(InvalidEmailException.class).isThrownBy(() -> put(LANE.tenant(), bytes(LIMIT + 1)));
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> contents().put(LANE.tenant(), new ByteArrayInputStream(bytes(2)), 1, null));

        assertThat(contents().sweep(now().plus(HOUR))).isZero();
    }

    @Test
    void content_that_never_ends_is_refused_soon() {
        Endless zeros = new Endless();

        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> contents().put(LANE.tenant(), zeros, LIMIT, null));

        assertThat(zeros.read).isLessThanOrEqualTo(LIMIT + 2L * CHUNK);
    }

    @Test
    void a_stream_that_breaks_leaves_nothing_that_could_be_opened() throws IOException {
        byte[] content = bytes(2 * CHUNK);
        IOException broken = new IOException("on purpose");

        assertThatThrownBy(() -> contents().put(LANE.tenant(), new Breaking(content, broken), LIMIT, null))
                .isSameAs(broken);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(LANE.tenant(), new ContentRef(digest(content), content.length)));
        contents().sweep(now().plus(HOUR));
        assertThat(read(LANE.tenant(), put(LANE.tenant(), content))).isEqualTo(content);
    }

    @Test
    void a_tenant_stores_the_same_content_once() throws IOException {
        byte[] content = bytes(CHUNK + 1);
        ContentRef first = put(LANE.tenant(), content);
        ContentRef again = put(LANE.tenant(), content);

        assertThat(again).isEqualTo(first);
        assertThat(contents().sweep(now().plus(HOUR))).isEqualTo(1);
    }

    @Test
    void a_tenant_does_not_reach_another_s_content() throws IOException {
        byte[] content = bytes(10);
        ContentRef ref = put(LANE.tenant(), content);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(STRANGER.tenant(), ref));

        assertThat(put(STRANGER.tenant(), content)).isEqualTo(ref);
        assertThat(read(STRANGER.tenant(), ref)).isEqualTo(content);
        assertThat(contents().sweep(now().plus(HOUR))).isEqualTo(2);
    }

    @Test
    void unknown_content_cannot_be_opened() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(LANE.tenant(), new ContentRef("ab".repeat(32), 1)));
    }

    @Test
    void a_sweep_spares_what_was_used_lately_and_removes_the_rest() throws IOException {
        ContentRef ref = put(LANE.tenant(), bytes(10));

        assertThat(contents().sweep(now().minus(HOUR))).isZero();
        assertThat(read(LANE.tenant(), ref)).hasSize(10);

        assertThat(contents().sweep(now().plus(HOUR))).isEqualTo(1);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(LANE.tenant(), ref));
        assertThat(contents().sweep(now().plus(HOUR))).isZero();
    }

    @Test
    void a_sweep_spares_what_a_message_refers_to_until_its_content_is_purged() throws IOException {
        byte[] content = bytes(CHUNK + 1);
        ContentRef ref = put(LANE.tenant(), content);
        put(STRANGER.tenant(), content);
        MessageId one = ledger().accept(SampleMessage.to("a@example.org").refs(ref, ref));
        MessageId two = ledger().accept(SampleMessage.to("b@example.org").refs(ref));

        assertThat(contents().sweep(now().plus(HOUR))).as("the stranger's copy").isEqualTo(1);
        assertThat(read(LANE.tenant(), ref)).isEqualTo(content);

        ledger().cancel(one, NOON);
        assertThat(ledger().purge(Purge.CONTENT, LATER, 10)).isEqualTo(1);
        assertThat(contents().sweep(now().plus(HOUR)))
                .as("the second message refers to it")
                .isZero();

        ledger().cancel(two, NOON);
        assertThat(ledger().purge(Purge.MESSAGE, LATER, 10)).isEqualTo(2);
        assertThat(contents().sweep(now().plus(HOUR))).isEqualTo(1);
    }

    @Test
    void a_sweep_spares_old_content_that_is_put_again_meanwhile() throws Exception {
        byte[] content = bytes(CHUNK + 1);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 40; round++) {
                put(LANE.tenant(), content);
                Instant lately = laterThanAllBefore();
                CyclicBarrier together = new CyclicBarrier(3);
                Callable<ContentRef> putting = () -> {
                    together.await();
                    return put(LANE.tenant(), content);
                };

                Future<ContentRef> one = threads.submit(putting);
                Future<ContentRef> two = threads.submit(putting);
                Future<Integer> swept = threads.submit(() -> {
                    together.await();
                    return contents().sweep(lately);
                });

                assertThat(swept.get(20, TimeUnit.SECONDS)).isBetween(0, 2);
                assertThat(read(LANE.tenant(), one.get(20, TimeUnit.SECONDS)))
                        .as("round %s", round)
                        .isEqualTo(content);
                assertThat(two.get(20, TimeUnit.SECONDS)).isEqualTo(one.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void content_that_is_swept_while_it_is_read_never_looks_like_a_shorter_one() throws IOException {
        byte[] content = bytes(2 * CHUNK + 3);
        ContentRef ref = put(LANE.tenant(), content);

        try (InputStream in = contents().open(LANE.tenant(), ref)) {
            byte[] first = in.readNBytes(10);
            assertThat(contents().sweep(now().plus(HOUR))).isEqualTo(1);
            byte[] rest = in.readAllBytes();

            assertThat(first.length + rest.length).isEqualTo(content.length);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining(ref.digest());
        }
    }

    @Test
    void content_is_still_there_after_a_restart() throws Exception {
        byte[] content = bytes(2 * CHUNK + 3);
        ContentRef ref = put(LANE.tenant(), content);

        ContentStore again = restarted().store().contents();

        try (InputStream in = again.open(LANE.tenant(), ref)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    private ContentStore contents() {
        return ledger().store().contents();
    }

    private Instant now() {
        return ledger().store().now();
    }

    /** An instant behind that of everything stored so far, which has come; stores count in milliseconds. */
    private Instant laterThanAllBefore() {
        Instant next = now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
        while (now().isBefore(next)) {
            Thread.onSpinWait();
        }
        return next;
    }

    private ContentRef put(String tenant, byte[] content) throws IOException {
        return contents().put(tenant, new ByteArrayInputStream(content), LIMIT, null);
    }

    private byte[] read(String tenant, ContentRef ref) throws IOException {
        try (InputStream in = contents().open(tenant, ref)) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Gives at most a thousand bytes at a time. */
    private static final class Trickle extends ByteArrayInputStream {
        Trickle(byte[] content) {
            super(content);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1_000));
        }
    }

    /** Gives its bytes and then an error instead of the end. */
    private static final class Breaking extends InputStream {
        private final InputStream content;
        private final IOException error;

        Breaking(byte[] content, IOException error) {
            this.content = new ByteArrayInputStream(content);
            this.error = error;
        }

        @Override
        public int read() throws IOException {
            int next = content.read();
            if (next < 0) {
                throw error;
            }
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = content.read(into, offset, length);
            if (count < 0) {
                throw error;
            }
            return count;
        }
    }

    /** Gives zeros for ever and counts them. */
    private static final class Endless extends InputStream {
        private long read;

        @Override
        public int read() {
            read++;
            return 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            read += length;
            return length;
        }
    }
}
