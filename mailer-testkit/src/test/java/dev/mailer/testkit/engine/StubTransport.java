// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A transport without a network: it accepts everything unless told otherwise, and remembers what it was handed. Thread-safe. */
class StubTransport implements Transport {
    private final List<Tried> tried = new CopyOnWriteArrayList<>();
    private volatile Function<Tried, Outcome> answer = t -> Outcome.accepted("250 ok", null);
    private volatile boolean byDomain;
    private volatile int concurrency = 4;
    private volatile long maxSize = Long.MAX_VALUE;
    private volatile Runnable closing = () -> {};
    private volatile String slowed = "";

    /** One submission that it was handed. */
    record Tried(String messageIdHeader, List<String> recipients, List<Integer> attempts, Bytes content) {
        String recipient() {
            return recipients.get(0);
        }
    }

    /** What it says once it was given leave to complete; runs on the sending thread and may block. */
    StubTransport answering(Function<Tried, Outcome> answer) {
        this.answer = answer;
        return this;
    }

    /** Each domain is a destination of its own. */
    StubTransport byDomain() {
        this.byDomain = true;
        return this;
    }

    StubTransport concurrency(int calls) {
        this.concurrency = calls;
        return this;
    }

    /** What it does when it is closed. */
    StubTransport closing(Runnable work) {
        this.closing = work;
        return this;
    }

    /** Has slowed down this site, until it is released. */
    StubTransport slowing(String site) {
        this.slowed = site;
        return this;
    }

    StubTransport maxSize(long bytes) {
        this.maxSize = bytes;
        return this;
    }

    List<Tried> tried() {
        return List.copyOf(tried);
    }

    /** How often a recipient was tried. */
    long tries(String recipient) {
        return tried.stream().filter(t -> t.recipients().contains(recipient)).count();
    }

    long triesOfDomain(String domain) {
        return tried.stream().filter(t -> t.recipient().endsWith("@" + domain)).count();
    }

    static Outcome later(Outcome.Scope scope) {
        return Outcome.deferred(scope, failure("later"), null);
    }

    static Failure failure(String reason) {
        return Failure.builder(reason, Phase.CONNECT)
                .text("on purpose")
                .retryable()
                .build();
    }

    /** Waits on a latch, as a peer that hangs. */
    static Outcome hang(CountDownLatch until) {
        try {
            if (!until.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test never let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Outcome.accepted("250 at last", null);
    }

    @Override
    public String name() {
        return "stub";
    }

    @Override
    public TransportCapabilities capabilities() {
        return TransportCapabilities.DEFAULT.maxRecipients(10).maxSize(maxSize).concurrency(concurrency);
    }

    @Override
    public Destination destinationOf(String domain) {
        return new Destination(byDomain ? domain : name());
    }

    @Override
    public boolean releaseSite(String site) {
        return site.equals(slowed);
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        if (submissions.size() > capabilities().maxBatch()) {
            throw new IllegalArgumentException(submissions.size() + " submissions in one call");
        }
        for (Submission submission : submissions) {
            Tried now = new Tried(
                    submission.messageIdHeader(),
                    submission.recipients().stream()
                            .map(r -> r.address().spec())
                            .toList(),
                    submission.recipients().stream().map(Recipient::attempt).toList(),
                    content(submission));
            if (outcomes.mayComplete(submission)) {
                tried.add(now);
                outcomes.reportAll(submission, answer.apply(now));
            }
        }
    }

    private static Bytes content(Submission submission) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            submission.writeTo(content, WireCapabilities.MINIMAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Bytes.wrap(content.toByteArray());
    }

    @Override
    public void close() {
        closing.run();
    }
}
