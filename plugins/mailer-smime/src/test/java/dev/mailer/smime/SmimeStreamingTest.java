// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Address;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.smime.TestCertificates.Holder;
import dev.mailer.testkit.SampleEntity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** However large the content is, what was read of it is written soon: only buffers are kept. */
class SmimeStreamingTest {
    private static final int LINES = 25 * 1024 * 1024 / 1024;
    private static final int BUFFERS = 64 * 1024;
    private static final Secret SECRET = Secret.of("0123456789abcdef0123456789abcdef");

    @Test
    void signed_content_of_25_megabytes_streams() throws Exception {
        Holder shop = TestCertificates.rsa("shop@example.com");

        assertThat(mostKept(SmimePlugin.builder()
                        .identity("example.com", shop.pem())
                        .build()))
                .isLessThan(BUFFERS);
    }

    @Test
    void encrypted_content_of_25_megabytes_streams() throws Exception {
        Holder jo = TestCertificates.rsa("jo@example.org");
        for (ContentEncryption how : ContentEncryption.values()) {
            assertThat(mostKept(SmimePlugin.builder()
                            .encrypt(a -> jo.certificate(), SECRET)
                            .contentEncryption(how)
                            .build()))
                    .as("%s", how)
                    .isLessThan(BUFFERS);
        }
    }

    /** The most by which reading is ahead of writing, in bytes. */
    private static long mostKept(EntityTransform transform) throws IOException {
        Counter out = new Counter();
        Large content = new Large(out);
        EntityTransform.Entity made = transform.transform(
                SampleEntity.mail(Address.of("shop@example.com"), Address.of("jo@example.org")), content);

        made.writeTo(out);

        assertThat(out.count).isGreaterThan(LINES * 1024L);
        return content.ahead;
    }

    private static final class Counter extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            count += length;
        }
    }

    /** Lines of a kilobyte; those of the pass before encryption, in which nothing is written, do not count. */
    private static final class Large implements EntityTransform.Entity {
        private final Counter out;
        private long ahead;

        Large(Counter out) {
            this.out = out;
        }

        @Override
        public String contentType() {
            return "text/plain";
        }

        @Override
        public boolean eightBit() {
            return false;
        }

        @Override
        public void writeTo(OutputStream to) throws IOException {
            byte[] line = ("x".repeat(990) + "\r\n".repeat(17)).getBytes(StandardCharsets.US_ASCII);
            to.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            boolean counts = out.count > 0;
            for (long i = 1; i <= LINES; i++) {
                to.write(line);
                if (counts) {
                    ahead = Math.max(ahead, i * line.length - out.count);
                }
            }
        }
    }
}
