// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a delivery is not sent: the one retrievable reason of every deferred or final state. Immutable.
 *
 * <p>{@link #reason()} is a stable word for machines ({@code recipient-rejected}, {@code poison}, {@code timeout});
 * {@link #text()} is for people and may quote the server.
 */
public final class Failure {
    private final String reason;
    private final Phase phase;
    private final boolean retryable;
    private final int smtpCode;
    private final @Nullable EnhancedCode enhancedCode;
    private final String text;
    private final @Nullable String remoteHost;

    private Failure(Builder b) {
        this.reason = b.reason;
        this.phase = b.phase;
        this.retryable = b.retryable;
        this.smtpCode = b.smtpCode;
        this.enhancedCode = b.enhancedCode;
        this.text = b.text;
        this.remoteHost = b.remoteHost;
    }

    public static Builder builder(String reason, Phase phase) {
        return new Builder(reason, phase);
    }

    public String reason() {
        return reason;
    }

    public Phase phase() {
        return phase;
    }

    /** True when a later attempt may succeed. */
    public boolean retryable() {
        return retryable;
    }

    /** The SMTP reply code, or the HTTP status in {@link Phase#HTTP}; 0 when no reply came. */
    public int code() {
        return smtpCode;
    }

    public @Nullable EnhancedCode enhancedCode() {
        return enhancedCode;
    }

    /** What the server said, or our own words where no reply came; at most 2,000 characters. */
    public String text() {
        return text;
    }

    /** Host and port of the peer that answered; null when none did. */
    public @Nullable String remoteHost() {
        return remoteHost;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Failure f
                && reason.equals(f.reason)
                && phase == f.phase
                && retryable == f.retryable
                && smtpCode == f.smtpCode
                && Objects.equals(enhancedCode, f.enhancedCode)
                && text.equals(f.text)
                && Objects.equals(remoteHost, f.remoteHost);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reason, phase, smtpCode, text);
    }

    @Override
    public String toString() {
        StringBuilder b = new StringBuilder(reason).append(" at ").append(phase);
        if (remoteHost != null) {
            b.append(", host ").append(remoteHost);
        }
        if (smtpCode != 0) {
            b.append(", ").append(smtpCode);
        }
        if (enhancedCode != null) {
            b.append(' ').append(enhancedCode);
        }
        return b.append(text.isEmpty() ? "" : ": " + text).toString();
    }

    /** Collects the facts of a {@link Failure}; not thread-safe. */
    public static final class Builder {
        /** Longer texts are cut here, never inside a character. */
        public static final int MAX_TEXT = 2_000;

        private final String reason;
        private final Phase phase;
        private boolean retryable;
        private int smtpCode;
        private @Nullable EnhancedCode enhancedCode;
        private String text = "";
        private @Nullable String remoteHost;

        private Builder(String reason, Phase phase) {
            this.reason = Objects.requireNonNull(reason, "reason");
            this.phase = Objects.requireNonNull(phase, "phase");
        }

        public Builder retryable() {
            this.retryable = true;
            return this;
        }

        public Builder code(int code) {
            this.smtpCode = code;
            return this;
        }

        public Builder enhancedCode(@Nullable EnhancedCode code) {
            this.enhancedCode = code;
            return this;
        }

        public Builder text(@Nullable String text) {
            // a database refuses NUL in a text, and what a server says must not stop the ledger
            String t = text == null ? "" : text.replace('\0', '\uFFFD');
            boolean splitsPair = t.length() > MAX_TEXT && Character.isHighSurrogate(t.charAt(MAX_TEXT - 1));
            this.text = t.length() > MAX_TEXT ? t.substring(0, splitsPair ? MAX_TEXT - 1 : MAX_TEXT) : t;
            return this;
        }

        public Builder remoteHost(@Nullable String hostAndPort) {
            this.remoteHost = hostAndPort;
            return this;
        }

        public Failure build() {
            return new Failure(this);
        }
    }
}
