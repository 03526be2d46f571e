// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Attachment;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform.Entity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A message in runs: bytes in memory, and files that are encoded, and what transforms make, while they are written, each time anew. With these, a message of
 * up to {@value ComposedMessage#MAX_KEPT} bytes is kept once it was written. Thread-safe.
 */
final class MessageBytes implements Wire {
    /** A part of the message. */
    private sealed interface Run {
        /** In bytes; -1 when only reading tells. */
        long size();

        void writeTo(OutputStream out) throws IOException;
    }

    private record InMemory(Bytes bytes, int from, int to) implements Run {
        @Override
        public long size() {
            return (long) to - from;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(bytes.unsafeArray(), from, to - from);
        }
    }

    private record File(Attachment file) implements Run {
        @Override
        public long size() {
            return file.size() < 0 ? -1 : Base64Lines.length(file.size());
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            Base64Lines.write(file, out);
        }
    }

    /** What a transform writes. */
    private record Transformed(Entity entity) implements Run {
        @Override
        public long size() {
            return -1;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                entity.writeTo(out);
            } catch (RuntimeException e) {
                throw new IOException("the transform failed: " + e.getClass().getName(), e);
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    /** As they were put together, or all of them in one once they were written and are kept. */
    private volatile List<Run> runs;
    /** -1 until it is known. */
    private volatile long size;

    private MessageBytes(List<Run> runs) {
        this.runs = List.copyOf(runs);
        long sum = 0;
        for (Run run : runs) {
            sum = sum < 0 || run.size() < 0 ? -1 : sum + run.size();
        }
        this.size = sum;
    }

    @Override
    public long size() throws IOException {
        if (size < 0) {
            read();
        }
        return size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        if (size < 0 || isToBeKept()) {
            read();
        }
        for (Run run : runs) {
            run.writeTo(out);
        }
    }

    private boolean isToBeKept() {
        return size <= ComposedMessage.MAX_KEPT && runs.stream().anyMatch(File.class::isInstance);
    }

    /** Finds the size, and keeps what is small. */
    private void read() throws IOException {
        lock.lock();
        try {
            if (size < 0 || isToBeKept()) {
                Meter meter = new Meter(size);
                for (Run run : runs) {
                    run.writeTo(meter);
                }
                if (meter.size <= ComposedMessage.MAX_KEPT) {
                    runs = List.of(new InMemory(Bytes.wrap(meter.kept), 0, (int) meter.size));
                }
                size = meter.size;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Counts, and keeps the first bytes. */
    private static final class Meter extends OutputStream {
        private byte[] kept;
        private long size;

        Meter(long expected) {
            kept = new byte[expected < 0 ? 8 * 1024 : (int) expected];
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (size + length <= ComposedMessage.MAX_KEPT) {
                if (size + length > kept.length) {
                    kept = Arrays.copyOf(
                            kept, (int) Math.max(size + length, Math.min(ComposedMessage.MAX_KEPT, kept.length * 2L)));
                }
                System.arraycopy(bytes, offset, kept, (int) size, length);
            }
            size += length;
        }
    }

    /** Puts a message together. Not thread-safe. */
    static final class Builder {
        private final List<Run> runs = new ArrayList<>();
        private final Tail tail;

        /** @param expected about how many bytes the message has in memory */
        Builder(int expected) {
            tail = new Tail(expected);
        }

        Builder put(byte[] bytes) {
            tail.write(bytes, 0, bytes.length);
            return this;
        }

        /** These bytes without a copy of them; they must not be changed any more. */
        Builder share(byte[] bytes, int from, int to) {
            close();
            runs.add(new InMemory(Bytes.wrap(bytes), from, to));
            return this;
        }

        Builder file(Attachment file) {
            close();
            runs.add(new File(file));
            return this;
        }

        Builder entity(Entity entity) {
            close();
            runs.add(new Transformed(entity));
            return this;
        }

        MessageBytes build() {
            close();
            return new MessageBytes(runs);
        }

        private void close() {
            if (tail.size() > 0) {
                runs.add(tail.take());
            }
        }
    }

    /** The bytes behind the last run. */
    private static final class Tail extends ByteArrayOutputStream {
        Tail(int expected) {
            super(expected);
        }

        Run take() {
            // the array itself where little of it is empty
            Run run = new InMemory(Bytes.wrap(count > buf.length - buf.length / 8 ? buf : toByteArray()), 0, count);
            buf = new byte[256];
            count = 0;
            return run;
        }
    }
}
