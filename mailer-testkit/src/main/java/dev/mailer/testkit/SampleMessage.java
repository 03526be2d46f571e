// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Address;
import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.RecipientRole;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A message for tests of stores: ready to append as it is, and changed only where a test cares. Not thread-safe.
 *
 * <pre>{@code
 * NewMessage message = SampleMessage.to("jo@example.org").sendAt(tomorrow).build();
 * }</pre>
 */
public final class SampleMessage {
    /** The lane of a message that names none. */
    public static final Lane LANE = new Lane(Email.DEFAULT_TENANT, Email.DEFAULT_STREAM);
    /** When a message is accepted that does not say it. */
    public static final Instant ACCEPTED_AT = Instant.parse("2026-01-01T12:00:00Z");

    private static final AtomicLong COUNTER = new AtomicLong();

    private final List<Address> recipients = new ArrayList<>();
    private Lane lane = LANE;
    private Instant acceptedAt = ACCEPTED_AT;
    private @Nullable Instant sendAt;
    private @Nullable Instant expiresAt;
    private AmbiguityPolicy policy = AmbiguityPolicy.RESEND;
    private String subject = "Hello";
    private Map<String, String> tags = Map.of();
    private Bytes document = Bytes.utf8("{}");
    private @Nullable Bytes raw;
    private List<ContentRef> refs = List.of();
    private NewMessage.@Nullable Idempotency idempotency;

    private SampleMessage() {}

    /** A message to these bare addresses. */
    public static SampleMessage to(String... addresses) {
        SampleMessage sample = new SampleMessage();
        for (String address : addresses) {
            sample.recipients.add(Address.of(address));
        }
        return sample;
    }

    public SampleMessage lane(Lane lane) {
        this.lane = lane;
        return this;
    }

    public SampleMessage acceptedAt(Instant at) {
        this.acceptedAt = at;
        return this;
    }

    public SampleMessage sendAt(Instant at) {
        this.sendAt = at;
        return this;
    }

    public SampleMessage expiresAt(Instant at) {
        this.expiresAt = at;
        return this;
    }

    public SampleMessage policy(AmbiguityPolicy policy) {
        this.policy = policy;
        return this;
    }

    public SampleMessage subject(String subject) {
        this.subject = subject;
        return this;
    }

    public SampleMessage tags(Map<String, String> tags) {
        this.tags = tags;
        return this;
    }

    public SampleMessage document(Bytes document) {
        this.document = document;
        return this;
    }

    public SampleMessage raw(Bytes mime) {
        this.raw = mime;
        return this;
    }

    public SampleMessage refs(ContentRef... refs) {
        this.refs = List.of(refs);
        return this;
    }

    /** An idempotency key, and the content it stands for. */
    public SampleMessage key(String key, String content) {
        return key(key, content, acceptedAt);
    }

    /** The same, remembered longer. */
    public SampleMessage key(String key, String content, Instant since) {
        this.idempotency = new NewMessage.Idempotency(sha256(key), sha256(content), since);
        return this;
    }

    /** The message with a new id; ids grow in the order of acceptance and then of this call. */
    public NewMessage build() {
        return build((tenant, addressKey) -> sha256(addressKey));
    }

    /** As {@link #build()}, with a look-up hash like {@link FieldCipher#lookupHash}. */
    public NewMessage build(BiFunction<String, String, Bytes> lookupHash) {
        List<NewMessage.NewDelivery> deliveries = new ArrayList<>();
        for (Address a : recipients) {
            deliveries.add(new NewMessage.NewDelivery(
                    a.spec(), a.domain(), RecipientRole.TO, lookupHash.apply(lane.tenant(), a.key())));
        }
        MessageId id = nextId(acceptedAt);
        return new NewMessage(
                id,
                lane,
                acceptedAt,
                sendAt,
                expiresAt,
                policy,
                new NewMessage.Summary(
                        "bounces@example.com", "Shop <shop@example.com>", subject, "<" + id + "@example.com>", tags),
                new NewMessage.StoredContent(document, raw, refs, FieldCipher.WrappedKey.NONE),
                idempotency,
                deliveries);
    }

    /** The hash of addresses, keys and contents where nothing is encrypted. */
    static Bytes sha256(String text) {
        try {
            return Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A UUIDv7 (RFC 9562 §5.7) with a counter in place of the random bits. */
    static MessageId nextId(Instant at) {
        long high = (at.toEpochMilli() << 16) | 0x7000L;
        return new MessageId(new UUID(high, 0x8000_0000_0000_0000L | COUNTER.incrementAndGet()));
    }
}
