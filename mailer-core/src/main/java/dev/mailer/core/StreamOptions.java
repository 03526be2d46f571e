// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One lane: its share when several have mail waiting, the sending slots that are its own, each for all tenants together, and its way out. A value
 * outside of what an option allows is a {@link MailerConfigException}. Not thread-safe.
 */
public final class StreamOptions {
    /** Share of a stream that says nothing. */
    public static final int DEFAULT_WEIGHT = 1;
    /** The share of {@code transactional}. */
    public static final int TRANSACTIONAL_WEIGHT = 10;

    /** Leaves the number to the engine: a quarter of the slots, at least one. */
    private static final int QUARTER = -1;

    private final String stream;
    private int weight;
    private int reserved;
    private @Nullable String transport;

    private StreamOptions(String stream, int weight, int reserved) {
        this.stream = stream;
        this.weight = weight;
        this.reserved = reserved;
    }

    /** What a stream has until it is told otherwise; setting one of its options leaves the others. */
    static StreamOptions of(String stream) {
        return stream.equals(Email.DEFAULT_STREAM)
                ? new StreamOptions(stream, TRANSACTIONAL_WEIGHT, QUARTER)
                : new StreamOptions(stream, DEFAULT_WEIGHT, 0);
    }

    /**
     * Its share of the slots that nobody reserved, 1 to 1,000; default {@value #DEFAULT_WEIGHT}, and
     * {@value #TRANSACTIONAL_WEIGHT} for {@code transactional}.
     */
    public StreamOptions weight(int share) {
        if (share < 1 || share > 1_000) {
            throw new MailerConfigException(option("weight"), "is " + share + ", allowed are 1 to 1000");
        }
        this.weight = share;
        return this;
    }

    /**
     * Sending slots that no other stream can take; default none, and a quarter of all, at least one, for {@code transactional}. Those
     * of all streams together must leave one of {@link LimitOptions#slots} for everybody, which is checked when the mailer is built.
     */
    public StreamOptions reserved(int slots) {
        if (slots < 0) {
            throw new MailerConfigException(option("reserved"), "is " + slots + ", at least 0 is needed");
        }
        this.reserved = slots;
        return this;
    }

    /**
     * The name of the transport that its mail leaves by, one of the builder's; default: {@value MailerBuilder#DEFAULT_TRANSPORT}. That there
     * is one, and no router beside it, is checked when the mailer is built.
     */
    public StreamOptions transport(String name) {
        this.transport = Objects.requireNonNull(name, "name");
        return this;
    }

    private String option(String name) {
        return "streams." + stream + "." + name;
    }

    int weight() {
        return weight;
    }

    int reserved() {
        return reserved;
    }

    @Nullable
    String transport() {
        return transport;
    }
}
