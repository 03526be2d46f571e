// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.MessageSigner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Signs mail with the keys of the sender's domain (RFC 6376), with RSA and Ed25519 (RFC 8463) beside each other where it has
 * both. Thread-safe.
 *
 * <p>Header and body are signed relaxed; the whole body, never part of it. From, To, Subject, Date, Message-ID, MIME-Version,
 * Content-Type, List-Unsubscribe and List-Unsubscribe-Post are signed in any case, further fields where the mail has them, and
 * all of them so that a second field of the name breaks the signature. A bare CR or LF counts as the CRLF that the SMTP transport
 * makes of it.
 *
 * <p>A mail is signed for the domain of its From field, or for the nearest domain above it that has keys: with keys for
 * {@code example.com}, mail from {@code news.example.com} is signed for {@code example.com}, which DMARC takes as aligned
 * unless the domain asks for strict alignment. Mail from other domains is not signed.
 *
 * <p>Install {@link #plugin}:
 *
 * <pre>{@code
 * builder.install(DkimSigner.plugin(dkim -> dkim.key("example.com", "s2026", "dkim-example-com")));
 * }</pre>
 */
@Experimental
public final class DkimSigner implements MessageSigner {
    private static final String FIELD = "DKIM-Signature";

    private final Map<String, List<KeySlot>> domains;
    private final @Nullable Duration validity;

    DkimSigner(Map<String, List<KeySlot>> domains, @Nullable Duration validity) {
        this.domains = domains;
        this.validity = validity;
    }

    public static DkimSignerBuilder builder() {
        return new DkimSignerBuilder();
    }

    /** A plugin of the name {@code dkim} that signs; keys by name come from the mailer's secret source. */
    public static MailerPlugin plugin(Consumer<DkimSignerBuilder> settings) {
        Objects.requireNonNull(settings, "settings");
        return MailerPlugin.of("dkim", context -> {
            DkimSignerBuilder builder = builder().secrets(context.secrets());
            settings.accept(builder);
            context.signer(builder.build());
        });
    }

    /**
     * One field for each algorithm, RSA first.
     *
     * @throws IOException the message cannot be read, or its header is longer than a megabyte, or the provider failed
     */
    @Override
    public @Nullable String sign(String senderDomain, long signedAt, Message message) throws IOException {
        String domain = signingDomain(senderDomain);
        if (domain == null) {
            return null;
        }
        Hashed hashed = Hashed.of(message);
        SignedFields fields = SignedFields.of(hashed.header());
        StringBuilder signed = new StringBuilder();
        for (DkimAlgorithm algorithm : DkimAlgorithm.values()) {
            KeySlot slot = active(Objects.requireNonNull(domains.get(domain)), algorithm, signedAt);
            if (slot != null) {
                signed.append(field(domain, slot, signedAt, hashed.bodyHash(), fields))
                        .append("\r\n");
            }
        }
        return signed.isEmpty() ? null : signed.toString();
    }

    private FoldedField field(String domain, KeySlot slot, long signedAt, String bodyHash, SignedFields fields)
            throws IOException {
        SigningKey key = slot.key();
        FoldedField field = new FoldedField(FIELD)
                .tag("v", "1")
                .tag("a", key.algorithm().tag())
                .tag("c", "relaxed/relaxed")
                .tag("d", domain)
                .tag("s", slot.selector())
                .tag("t", Long.toString(signedAt));
        if (validity != null) {
            field.tag("x", Long.toString(signedAt + validity.toSeconds()));
        }
        field.tag("h", fields.names()).tag("bh", bodyHash).open("b");
        // The field itself is signed with an empty b= and without its CRLF (RFC 6376 §3.7).
        ByteArrayOutputStream own = new ByteArrayOutputStream(1024);
        HeaderField.of(field.toString()).canonical(Canonicalization.RELAXED, own::write);
        byte[] signature = key.sign(fields.canonical(), own.toByteArray());
        return field.close(Base64.getEncoder().encodeToString(signature));
    }

    private @Nullable String signingDomain(String senderDomain) {
        String domain = senderDomain.toLowerCase(Locale.ROOT);
        while (!domains.containsKey(domain)) {
            int dot = domain.indexOf('.');
            if (dot < 0) {
                return null;
            }
            domain = domain.substring(dot + 1);
        }
        return domain;
    }

    /** The one that began last; null when none has begun. */
    private static @Nullable KeySlot active(List<KeySlot> slots, DkimAlgorithm algorithm, long signedAt) {
        Instant at = Instant.ofEpochSecond(signedAt);
        KeySlot active = null;
        for (KeySlot slot : slots) {
            boolean begun = !slot.from().isAfter(at);
            if (begun
                    && slot.algorithm() == algorithm
                    && (active == null || slot.from().isAfter(active.from()))) {
                active = slot;
            }
        }
        return active;
    }

    /** The keys, with the provider that signs with each; not the keys themselves. */
    @Override
    public String toString() {
        return "DkimSigner" + domains.values().stream().flatMap(List::stream).toList();
    }

    /** The message after the first pass. */
    private record Hashed(HeaderBlock header, String bodyHash) {
        static Hashed of(Message message) throws IOException {
            HashedBody body = new HashedBody();
            MessageSplitter splitter = new MessageSplitter(LineEnds.AS_SENT, MessageSplitter.MAX_OWN_HEADER, body);
            message.writeTo(splitter);
            splitter.finish();
            return body.result();
        }
    }

    private static final class HashedBody implements MessageSplitter.OnHeader, MessageSplitter.Body {
        private final MessageDigest digest = Sha256.digest();
        private final CanonicalBody canonical =
                new CanonicalBody(Canonicalization.RELAXED, LineEnds.AS_SENT, digest::update);
        private @Nullable HeaderBlock header;

        @Override
        public MessageSplitter.Body begin(HeaderBlock header) {
            this.header = header;
            return this;
        }

        @Override
        public void update(byte[] octets, int from, int to) {
            canonical.update(octets, from, to);
        }

        @Override
        public void finish() {
            canonical.finish();
        }

        Hashed result() {
            return new Hashed(
                    Objects.requireNonNull(header), Base64.getEncoder().encodeToString(digest.digest()));
        }
    }
}
