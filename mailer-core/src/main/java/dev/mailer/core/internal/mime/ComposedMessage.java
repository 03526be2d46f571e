// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A finished message, the same bytes for all its recipients. It can be written any number of times; up to
 * {@value #MAX_KEPT} bytes are kept in memory after the first, larger ones are streamed from their sources each time.
 * Thread-safe.
 */
public final class ComposedMessage {
    /** Largest message that is kept in memory once it was written. */
    public static final int MAX_KEPT = 256 * 1024;

    private final Variant asGiven;
    /** For hops without SMTPUTF8; the same as {@link #asGiven} where that has ASCII headers anyway. */
    private final Variant ascii;

    private final Needs needs;

    /**
     * What the message asks of a hop.
     *
     * @param smtpUtf8 a local part in a header is not ASCII
     * @param eightBit the body has bytes above 127
     */
    record Needs(boolean smtpUtf8, boolean eightBit) {}

    ComposedMessage(MessageSigner.Message asGiven, MessageSigner.@Nullable Message ascii, Needs needs) {
        this.asGiven = new Variant(asGiven);
        this.ascii = ascii == null ? this.asGiven : new Variant(ascii);
        this.needs = needs;
    }

    /** True when a header needs SMTPUTF8 (RFC 6531): a local part that is not ASCII. The envelope may need it besides. */
    public boolean needsSmtpUtf8() {
        return needs.smtpUtf8();
    }

    /** True when the body of a raw message needs 8BITMIME (RFC 6152); what we compose never does. */
    public boolean needsEightBit() {
        return needs.eightBit();
    }

    /** The number of bytes that {@link #writeTo} writes. */
    public long size(WireCapabilities capabilities) throws IOException {
        return variant(capabilities).measure().size();
    }

    /**
     * Writes the message; neither closes nor flushes the stream.
     *
     * @throws IOException a source cannot be read, or the hop lacks what the message needs
     */
    public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
        if (needs.smtpUtf8() && !capabilities.smtpUtf8()) {
            throw new IOException("the message needs SMTPUTF8 (RFC 6531), which the next hop does not offer");
        }
        if (needs.eightBit() && !capabilities.eightBit()) {
            throw new IOException("the message needs 8BITMIME (RFC 6152), which the next hop does not offer");
        }
        variant(capabilities).writeTo(out);
    }

    /**
     * The same message with the signer's fields in front, made when the message is first written. Call it last: the signature
     * is over these bytes.
     */
    public ComposedMessage signedBy(MessageSigner signer, String senderDomain, long signedAtSeconds) {
        Signed signed = new Signed(asGiven, signer, senderDomain, signedAtSeconds);
        boolean same = ascii == asGiven;
        return new ComposedMessage(
                signed, same ? null : new Signed(ascii, signer, senderDomain, signedAtSeconds), needs);
    }

    private Variant variant(WireCapabilities capabilities) {
        return capabilities.smtpUtf8() ? asGiven : ascii;
    }

    /** One form of the message. */
    private static final class Variant implements MessageSigner.Message {
        private final MessageSigner.Message message;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile @Nullable Measured measured;

        Variant(MessageSigner.Message message) {
            this.message = message;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            Bytes kept = measure().bytes();
            if (kept != null) {
                kept.writeTo(out);
            } else {
                message.writeTo(out);
            }
        }

        Measured measure() throws IOException {
            Measured known = measured;
            if (known != null) {
                return known;
            }
            lock.lock();
            try {
                known = measured;
                if (known == null) {
                    Meter meter = new Meter();
                    message.writeTo(meter);
                    known = meter.result();
                    measured = known;
                }
                return known;
            } finally {
                lock.unlock();
            }
        }
    }

    /** The bytes, where they are few enough to keep, and their number. */
    private record Measured(@Nullable Bytes bytes, long size) {}

    /** Counts, and keeps what is small. */
    private static final class Meter extends OutputStream {
        private byte @Nullable [] kept = new byte[8 * 1024];
        private long size;

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            byte[] to = kept;
            if (to != null) {
                if (size + length > MAX_KEPT) {
                    kept = null;
                } else {
                    if (size + length > to.length) {
                        to = Arrays.copyOf(to, (int) Math.max(size + length, Math.min(MAX_KEPT, to.length * 2L)));
                        kept = to;
                    }
                    System.arraycopy(bytes, offset, to, (int) size, length);
                }
            }
            size += length;
        }

        Measured result() {
            return new Measured(kept == null ? null : Bytes.wrap(Arrays.copyOf(kept, (int) size)), size);
        }
    }

    /** Signs once, on the first write. */
    private static final class Signed implements MessageSigner.Message {
        private final MessageSigner.Message inner;
        private final MessageSigner signer;
        private final String senderDomain;
        private final long signedAt;
        private final ReentrantLock lock = new ReentrantLock();
        private byte @Nullable [] fields;

        Signed(MessageSigner.Message inner, MessageSigner signer, String senderDomain, long signedAt) {
            this.inner = inner;
            this.signer = signer;
            this.senderDomain = senderDomain;
            this.signedAt = signedAt;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(fields());
            inner.writeTo(out);
        }

        private byte[] fields() throws IOException {
            lock.lock();
            try {
                byte[] known = fields;
                if (known == null) {
                    String signed = signer.sign(senderDomain, signedAt, inner);
                    known = (signed == null ? "" : signed).getBytes(StandardCharsets.UTF_8);
                    fields = known;
                }
                return known;
            } finally {
                lock.unlock();
            }
        }
    }
}
