// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.Address;
import dev.mailer.api.Failure;
import dev.mailer.api.MailerException;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers into a Maildir, one file for each recipient, with {@code Return-Path} and {@code Delivered-To} in front and LF as line
 * end. The directories are made when they are missing. A file is written and synced in {@code tmp}, moved into {@code new}, and
 * the move is synced before the mail counts as sent; only that last step can leave open whether it is. Thread-safe.
 */
final class FileTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(FileTransport.class);
    private static final TransportCapabilities CAPABILITIES =
            TransportCapabilities.DEFAULT.maxRecipients(100).concurrency(4);
    /** A process may open the same directory more than once, so the count is its own. */
    private static final AtomicLong FILES = new AtomicLong();

    private final Path directory;
    private final TransportContext context;
    private final Disk disk;
    private final String host;

    FileTransport(Path directory, TransportContext context) {
        this(directory, context, Disk.SYSTEM);
    }

    FileTransport(Path directory, TransportContext context, Disk disk) {
        this.directory = directory;
        this.context = context;
        this.disk = disk;
        this.host = context.hostName().replace("/", "\\057").replace(":", "\\072");
    }

    /** A complete file in {@code tmp}. */
    private record Staged(Recipient recipient, String name) {}

    @Override
    public String name() {
        return "file:" + directory;
    }

    @Override
    public TransportCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        submissions.forEach(s -> send(s, outcomes));
    }

    private void send(Submission submission, OutcomeSink outcomes) {
        List<Staged> staged = new ArrayList<>();
        try {
            prepareDirectories();
        } catch (IOException | RuntimeException e) {
            outcomes.reportAll(submission, failed(e));
            return;
        }
        try {
            for (Recipient recipient : submission.recipients()) {
                String name = uniqueName();
                Outcome failure = stage(submission, recipient, name);
                if (failure == null) {
                    staged.add(new Staged(recipient, name));
                } else {
                    outcomes.report(submission, recipient, failure);
                }
            }
            if (!staged.isEmpty() && outcomes.mayComplete(submission)) {
                while (!staged.isEmpty()) {
                    Staged next = staged.get(0);
                    Outcome outcome = publish(next.name());
                    staged.remove(0);
                    outcomes.report(submission, next.recipient(), outcome);
                }
            }
        } finally {
            staged.forEach(s -> delete(s.name()));
        }
    }

    /** Makes what is missing, and syncs every directory that got a new entry by it. */
    private void prepareDirectories() throws IOException {
        List<Path> parts =
                Stream.of("tmp", "new", "cur").map(directory::resolve).toList();
        if (parts.stream().allMatch(Files::isDirectory)) {
            return;
        }
        Path maildir = directory.toAbsolutePath();
        Path existing = maildir;
        while (existing != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        for (Path part : parts) {
            disk.createDirectories(part);
        }
        disk.syncDirectory(maildir);
        for (Path p = maildir; p.getParent() != null && !p.equals(existing); p = p.getParent()) {
            disk.syncDirectory(p.getParent());
        }
    }

    /** Writes the mail into {@code tmp}; null when it is there, on stable storage. */
    private @Nullable Outcome stage(Submission submission, Recipient recipient, String name) {
        boolean complete = false;
        try (FileChannel file = disk.create(tmp(name))) {
            MaildirOutput out = new MaildirOutput(file);
            out.write(trace(submission.sender(), recipient.address()));
            try {
                submission.writeTo(out, WireCapabilities.FULL);
            } catch (IOException | UncheckedIOException | MailerException e) {
                if (out.hasFailed()) {
                    throw e;
                }
                return unreadable(e);
            }
            out.finish();
            disk.sync(file);
            complete = true;
            return null;
        } catch (IOException | UncheckedIOException | MailerException e) {
            return failed(e);
        } finally {
            if (!complete) {
                delete(name);
            }
        }
    }

    private Outcome publish(String name) {
        try {
            disk.move(tmp(name), directory.resolve("new").resolve(name));
        } catch (IOException e) {
            delete(name);
            return failed(e);
        }
        try {
            disk.syncDirectory(directory.resolve("new"));
        } catch (IOException e) {
            return Outcome.ambiguous(Failure.builder("not-synced", Phase.FINAL_REPLY)
                    .text("the file is in the maildir, but could not be made to last: " + describe(e))
                    .retryable()
                    .build());
        }
        return Outcome.accepted("stored as " + name, null);
    }

    /** The lines of a final delivery (RFC 5321 §4.4). */
    private static byte[] trace(@Nullable Address sender, Address recipient) {
        String text = "Return-Path: <" + (sender == null ? "" : sender.spec()) + ">\nDelivered-To: " + recipient.spec()
                + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Seconds, what no other delivery of this process, host and moment has, and the host. */
    private String uniqueName() {
        Instant now = context.clock().instant();
        return now.getEpochSecond() + ".M" + now.getNano() / 1_000 + "P"
                + ProcessHandle.current().pid() + "Q" + FILES.incrementAndGet() + "R"
                + Long.toHexString(context.random().nextLong()) + "." + host;
    }

    private Path tmp(String name) {
        return directory.resolve("tmp").resolve(name);
    }

    private void delete(String name) {
        try {
            disk.deleteIfExists(tmp(name));
        } catch (IOException e) {
            log.warn("an unfinished file stays in {}/tmp: {}", directory, e.toString());
        }
    }

    private static Outcome failed(Exception e) {
        return Outcome.deferred(
                Outcome.Scope.TRANSPORT,
                Failure.builder("file-failure", Phase.DATA)
                        .text(describe(e))
                        .retryable()
                        .build(),
                null);
    }

    private static Outcome unreadable(Exception e) {
        return Outcome.deferred(
                Outcome.Scope.MESSAGE,
                Failure.builder("message-unreadable", Phase.DATA)
                        .text(describe(e))
                        .retryable()
                        .build(),
                null);
    }

    /** With the class, as the message of a file system's exception may be the path alone. */
    private static String describe(Exception e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    @Override
    public String toString() {
        return name();
    }
}
