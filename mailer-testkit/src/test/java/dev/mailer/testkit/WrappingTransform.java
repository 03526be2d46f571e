// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.EntityTransform;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts the content into a multipart of one part, with faults on demand. */
public final class WrappingTransform implements EntityTransform {
    enum Fault {
        FIELD_OF_THE_MAIL,
        LONG_LINE,
        OTHER_TYPE,
        HIDES_EIGHT_BIT,
        COUNTS,
        DIFFERS_BY_NODE,
        FORGETS_THE_CONTENT,
        READS_AT_ONCE,
        SWALLOWS,
        CLOSES,
        CHANGES_ITS_MIND
    }

    private static final String TYPE = "multipart/mixed; boundary=\"=_wrapped\"";
    private static final AtomicInteger MADE = new AtomicInteger();

    private final Set<Fault> faults;
    private final int number = MADE.incrementAndGet();
    private volatile boolean called;

    public WrappingTransform() {
        this(Set.of());
    }

    WrappingTransform(Set<Fault> faults) {
        this.faults = faults;
    }

    @Override
    public boolean perRecipient() {
        return faults.contains(Fault.CHANGES_ITS_MIND) && called;
    }

    @Override
    public Entity transform(Mail mail, Entity content) throws IOException {
        called = true;
        if (faults.contains(Fault.READS_AT_ONCE)) {
            content.writeTo(OutputStream.nullOutputStream());
        }
        return new Wrapped(content);
    }

    private final class Wrapped implements Entity {
        private final Entity content;
        private int written;

        Wrapped(Entity content) {
            this.content = content;
        }

        @Override
        public String contentType() {
            return faults.contains(Fault.OTHER_TYPE) ? "text/plain" : TYPE;
        }

        @Override
        public boolean eightBit() {
            return content.eightBit() && !faults.contains(Fault.HIDES_EIGHT_BIT);
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                write(out);
            } catch (IOException e) {
                if (!faults.contains(Fault.SWALLOWS)) {
                    throw e;
                }
            }
            if (faults.contains(Fault.CLOSES)) {
                out.close();
            }
        }

        private void write(OutputStream out) throws IOException {
            put(
                    out,
                    (faults.contains(Fault.FIELD_OF_THE_MAIL) ? "Subject: mine\r\n" : "") + "Content-Type: " + TYPE
                            + "\r\n\r\n");
            if (faults.contains(Fault.LONG_LINE)) {
                put(out, "x".repeat(999) + "\r\n");
            }
            if (faults.contains(Fault.COUNTS)) {
                put(out, ++written + "\r\n");
            }
            if (faults.contains(Fault.DIFFERS_BY_NODE)) {
                put(out, number + "\r\n");
            }
            put(out, "--=_wrapped\r\n");
            content.writeTo(faults.contains(Fault.FORGETS_THE_CONTENT) ? OutputStream.nullOutputStream() : out);
            put(out, "\r\n--=_wrapped--\r\n");
        }

        private static void put(OutputStream out, String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
