// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link EntityTransform} must do with content that it puts another entity in the place of. Extend it and say how to make one. */
public abstract class EntityTransformContract {
    private static final int MAX_LINE = 998;

    protected EntityTransformContract() {}

    /** Makes a transform that acts on mail of {@link #author} to {@link #recipient}; each one set up alike. */
    protected abstract EntityTransform newTransform() throws Exception;

    protected Address author() {
        return Address.of("shop@example.com");
    }

    protected Address recipient() {
        return Address.of("jo@example.org");
    }

    @Test
    void the_entity_is_content_fields_an_empty_line_and_lines() throws Exception {
        EntityTransform.Entity made = made(text());

        String[] lines = text(made).split("\r\n", -1);

        int header = List.of(lines).indexOf("");
        assertThat(header).as("the empty line").isNotNegative();
        assertThat(lines[lines.length - 1]).as("behind the last line end").isEmpty();
        assertThat(List.of(lines).subList(0, header)).allMatch(l -> l.matches("(?i)Content-[!-9;-~]+:.*|[ \t].+"));
        assertThat(lines).allSatisfy(l -> {
            assertThat(l.length()).isLessThanOrEqualTo(MAX_LINE);
            assertThat(l).doesNotContain("\r", "\n", "\0");
        });
    }

    @Test
    void its_type_is_that_of_its_header() throws Exception {
        EntityTransform.Entity made = made(text());

        String header = text(made).split("\r\n\r\n", 2)[0].replaceAll("\r\n(?=[ \t])", "");

        assertThat(header.split("\r\n"))
                .anyMatch(l -> l.matches("(?i)Content-Type:.*")
                        && l.substring("Content-Type:".length()).strip().equals(made.contentType()));
    }

    @Test
    void bytes_above_127_are_told() throws Exception {
        for (SampleEntity content :
                List.of(text(), SampleEntity.of("text/plain; charset=iso-8859-1", "Gr\u00fc\u00dfe\r\n"))) {
            EntityTransform.Entity made = made(content);

            assertThat(text(made).chars().anyMatch(c -> c > 127)).isEqualTo(made.eightBit());
        }
    }

    @Test
    void every_writing_and_every_node_gives_the_same_bytes() throws Exception {
        EntityTransform.Entity made = made(text());

        Bytes first = bytes(made);

        assertThat(bytes(made)).isEqualTo(first);
        assertThat(bytes(made(text()))).isEqualTo(first);
    }

    @Test
    void other_content_gives_other_bytes() throws Exception {
        assertThat(bytes(made(text())))
                .isNotEqualTo(bytes(made(SampleEntity.of("text/plain", "Hello, somebody else!\r\n"))));
    }

    @Test
    void writing_at_once_does_not_disturb() throws Exception {
        EntityTransform.Entity made = made(SampleEntity.of("text/plain", "0123456789abcdef\r\n".repeat(5_000)));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Bytes>> written = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                written.add(threads.submit(() -> bytes(made)));
            }
            Bytes first = written.get(0).get(60, TimeUnit.SECONDS);
            for (Future<Bytes> each : written) {
                assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(first);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void the_content_is_read_when_it_is_written_and_not_before() throws Exception {
        SampleEntity content = text();

        EntityTransform.Entity made = made(content);

        assertThat(content.timesWritten()).as("written by transform").isZero();
        var unused = bytes(made);
        assertThat(content.timesWritten()).isPositive();
    }

    @Test
    void content_that_cannot_be_read_is_an_io_exception_and_no_end() throws Exception {
        SampleEntity content = text();
        EntityTransform.Entity made = made(content);
        content.failing(new IOException("on purpose"));

        assertThatThrownBy(() -> bytes(made)).isInstanceOf(IOException.class);

        content.failing(null);
        assertThat(bytes(made)).isEqualTo(bytes(made(text())));
    }

    @Test
    void a_stream_that_cannot_be_written_is_an_io_exception() throws Exception {
        EntityTransform.Entity made = made(text());

        assertThatThrownBy(() -> made.writeTo(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("on purpose");
                    }
                }))
                .isInstanceOf(IOException.class);
        assertThat(bytes(made)).isEqualTo(bytes(made(text())));
    }

    @Test
    void the_stream_is_left_open_and_not_flushed() throws Exception {
        List<String> calls = new ArrayList<>();
        OutputStream out = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                calls.add("flush");
            }

            @Override
            public void close() {
                calls.add("close");
            }
        };

        made(text()).writeTo(out);

        assertThat(calls).isEmpty();
    }

    @Test
    void whether_it_depends_on_the_recipient_is_constant() throws Exception {
        EntityTransform transform = newTransform();

        boolean before = transform.perRecipient();
        var unused = transform.transform(SampleEntity.mail(author(), recipient()), text());

        assertThat(transform.perRecipient())
                .isEqualTo(before)
                .isEqualTo(newTransform().perRecipient());
    }

    private EntityTransform.Entity made(SampleEntity content) throws Exception {
        EntityTransform.Entity made = newTransform().transform(SampleEntity.mail(author(), recipient()), content);
        return Objects.requireNonNull(made, "the transform acts on the mail that the suite is given");
    }

    private static SampleEntity text() {
        return SampleEntity.of("text/plain; charset=us-ascii", "Hello,\r\n\r\n.\r\n..dots\r\nFrom me\r\n");
    }

    private static Bytes bytes(EntityTransform.Entity entity) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entity.writeTo(out);
        return Bytes.wrap(out.toByteArray());
    }

    private static String text(EntityTransform.Entity entity) throws IOException {
        return new String(bytes(entity).toByteArray(), StandardCharsets.ISO_8859_1);
    }
}
