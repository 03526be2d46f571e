// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A finished message, the same bytes for all its recipients. It can be written any number of times. With files, up to
 * {@value #MAX_KEPT} bytes are kept in memory once they were written; the files of larger ones are streamed from their sources each
 * time. Thread-safe.
 */
public final class ComposedMessage {
    /** Largest message with files that is kept in memory once it was written. */
    public static final int MAX_KEPT = 256 * 1024;

    private final Wire asGiven;
    /** For hops without SMTPUTF8; the same as {@link #asGiven} where that has ASCII headers anyway. */
    private final Wire ascii;

    private final Needs needs;

    /**
     * What the message asks of a hop.
     *
     * @param smtpUtf8 a local part in a header is not ASCII
     * @param eightBit the body has bytes above 127
     * @param transformed the content is no longer what the caller gave, which must not go in its place
     */
    record Needs(boolean smtpUtf8, boolean eightBit, boolean transformed) {}

    ComposedMessage(Wire asGiven, @Nullable Wire ascii, Needs needs) {
        this.asGiven = asGiven;
        this.ascii = ascii == null ? asGiven : ascii;
        this.needs = needs;
    }

    /** True when a header needs SMTPUTF8 (RFC 6531): a local part that is not ASCII. The envelope may need it besides. */
    public boolean needsSmtpUtf8() {
        return needs.smtpUtf8();
    }

    /** True when the content was replaced by an {@code EntityTransform}. */
    public boolean isTransformed() {
        return needs.transformed();
    }

    /** True when the body of a raw message, or of a transform, needs 8BITMIME (RFC 6152); what we compose never does. */
    public boolean needsEightBit() {
        return needs.eightBit();
    }

    /**
     * The number of bytes that {@link #writeTo} writes. Nothing is read for it where files tell their sizes; a message that is to
     * be signed is signed.
     */
    public long size(WireCapabilities capabilities) throws IOException {
        return variant(capabilities).size();
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

    private Wire variant(WireCapabilities capabilities) {
        return capabilities.smtpUtf8() ? asGiven : ascii;
    }

    /** Signs once, on the first write. */
    private static final class Signed implements Wire {
        private final Wire inner;
        private final MessageSigner signer;
        private final String senderDomain;
        private final long signedAt;
        private final ReentrantLock lock = new ReentrantLock();
        private byte @Nullable [] fields;

        Signed(Wire inner, MessageSigner signer, String senderDomain, long signedAt) {
            this.inner = inner;
            this.signer = signer;
            this.senderDomain = senderDomain;
            this.signedAt = signedAt;
        }

        @Override
        public long size() throws IOException {
            return fields().length + inner.size();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(fields());
            inner.writeTo(out);
        }

        /** A signer that breaks its contract defers the mail, as one whose key is away does. */
        private @Nullable String sign() throws IOException {
            try {
                return signer.sign(senderDomain, signedAt, inner);
            } catch (RuntimeException e) {
                throw new IOException("the signer failed: " + e.getClass().getName(), e);
            }
        }

        private byte[] fields() throws IOException {
            lock.lock();
            try {
                byte[] known = fields;
                if (known == null) {
                    String signed = sign();
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
