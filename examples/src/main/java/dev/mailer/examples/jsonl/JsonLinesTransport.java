// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.jsonl;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SimpleTransport;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.json.JsonMapper;

/** Appends each mail to a file, as one line of JSON with the message in Base64. Thread-safe. */
final class JsonLinesTransport implements SimpleTransport {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    JsonLinesTransport(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    // tag::identity[]
    @Override
    public String name() {
        return "jsonl:" + file;
    }

    @Override
    public TransportCapabilities capabilities() {
        return TransportCapabilities.DEFAULT.maxRecipients(100).concurrency(1);
    }

    @Override
    public String toString() {
        return name();
    }
    // end::identity[]

    // tag::send[]
    @Override
    public Outcome sendOne(Submission submission) {
        byte[] line;
        try {
            line = line(submission);
        } catch (IOException e) {
            // nothing has left us: this mail is tried again later
            return Outcome.deferred(Outcome.Scope.MESSAGE, failure("message-unreadable", Phase.DATA, e), null);
        }
        try {
            append(line);
        } catch (IOException e) {
            // a part of the line may be in the file, or all of it
            return Outcome.ambiguous(failure("write-failed", Phase.FINAL_REPLY, e));
        }
        return Outcome.accepted("appended " + line.length + " bytes", null);
    }
    // end::send[]

    private byte[] line(Submission submission) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        submission.writeTo(message, WireCapabilities.FULL);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", clock.instant().toString());
        fields.put("messageId", submission.messageIdHeader());
        fields.put(
                "sender", submission.sender() == null ? "" : submission.sender().spec());
        fields.put(
                "recipients",
                submission.recipients().stream().map(r -> r.address().spec()).toList());
        fields.put("message", message.toByteArray());
        return (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void append(byte[] line) throws IOException {
        lock.lock();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (ByteBuffer rest = ByteBuffer.wrap(line); rest.hasRemaining(); ) {
                out.write(rest);
            }
            out.force(true);
        } finally {
            lock.unlock();
        }
    }

    private static Failure failure(String reason, Phase phase, IOException e) {
        return Failure.builder(reason, phase).text(e.toString()).retryable().build();
    }
}
