// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Address;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.Recipient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Content to transform, as the engine gives it; it counts how often it was written. Thread-safe. */
public final class SampleEntity implements EntityTransform.Entity {
    /** When the mails of {@link #mail} were accepted. */
    public static final Instant BEGIN = Instant.parse("2026-06-01T10:00:00Z");

    private final String contentType;
    private final Bytes bytes;
    private final AtomicInteger written = new AtomicInteger();
    private volatile @Nullable IOException failure;

    private SampleEntity(String contentType, Bytes bytes) {
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /**
     * An entity of this type; the body is in ISO 8859-1, so that it can hold any bytes.
     *
     * @param contentType without line ends
     * @param body with CRLF line ends
     */
    public static SampleEntity of(String contentType, String body) {
        String header = "Content-Type: " + contentType + "\r\n\r\n";
        return new SampleEntity(contentType, Bytes.wrap((header + body).getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** A mail from {@code shop@example.com} to one recipient, begun at {@link #BEGIN}. */
    public static EntityTransform.Mail mail(Address author, Address recipient) {
        return new SampleMail(author, recipient);
    }

    /** From now on, writing fails half way; null mends it. */
    public void failing(@Nullable IOException with) {
        failure = with;
    }

    /** How often it was written or begun to be. */
    public int timesWritten() {
        return written.get();
    }

    public Bytes bytes() {
        return bytes;
    }

    @Override
    public String contentType() {
        return contentType;
    }

    @Override
    public boolean eightBit() {
        for (byte b : bytes.unsafeArray()) {
            if (b < 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        written.incrementAndGet();
        IOException with = failure;
        int half = bytes.length() / 2;
        out.write(bytes.unsafeArray(), 0, half);
        if (with != null) {
            throw with;
        }
        out.write(bytes.unsafeArray(), half, bytes.length() - half);
    }

    private record SampleMail(@Nullable Address author, Address to) implements EntityTransform.Mail {
        private static final MessageId ID = MessageId.of("01900000-0000-7000-8000-000000000001");

        @Override
        public MessageId messageId() {
            return ID;
        }

        @Override
        public String tenant() {
            return "default";
        }

        @Override
        public String stream() {
            return "transactional";
        }

        @Override
        public List<Recipient> recipients() {
            return List.of(new Recipient(1, to, 1));
        }

        @Override
        public Instant begin() {
            return BEGIN;
        }
    }
}
