// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Experimental;
import dev.mailer.api.MessageId;
import dev.mailer.api.RecipientRole;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message to append, validated and encoded by the engine. */
@Experimental
public record NewMessage(
        MessageId id,
        Lane lane,
        Instant acceptedAt,
        @Nullable Instant sendAt,
        @Nullable Instant expiresAt,
        AmbiguityPolicy policy,
        Summary summary,
        StoredContent content,
        @Nullable Idempotency idempotency,
        List<NewDelivery> deliveries,
        @Nullable Sealed sealed) {
    public NewMessage {
        deliveries = List.copyOf(deliveries);
    }

    /** As the engine makes it, for {@link OutboxStore#seal} or to be appended as it is. */
    public NewMessage(
            MessageId id,
            Lane lane,
            Instant acceptedAt,
            @Nullable Instant sendAt,
            @Nullable Instant expiresAt,
            AmbiguityPolicy policy,
            Summary summary,
            StoredContent content,
            @Nullable Idempotency idempotency,
            List<NewDelivery> deliveries) {
        this(id, lane, acceptedAt, sendAt, expiresAt, policy, summary, content, idempotency, deliveries, null);
    }

    /** The same message with what its store made of it. */
    public NewMessage withSealed(Sealed form) {
        return new NewMessage(
                id, lane, acceptedAt, sendAt, expiresAt, policy, summary, content, idempotency, deliveries, form);
    }

    /** A store's own form of a message, encrypted ahead of {@link OutboxTransaction#append}; nobody else looks into it. */
    public interface Sealed {}

    /** What lists and traces show. */
    public record Summary(
            @Nullable String sender,
            @Nullable String from,
            @Nullable String subject,
            String messageIdHeader,
            Map<String, String> tags) {
        public Summary {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * The content as it is stored.
     *
     * @param document the mail without raw bytes and attachments, in the engine's own encoding
     * @param raw finished MIME that is small enough to live in the row; null otherwise
     * @param refs content kept in the {@link ContentStore}
     * @param key the data key it is encrypted with
     */
    public record StoredContent(
            Bytes document, @Nullable Bytes raw, List<ContentRef> refs, FieldCipher.WrappedKey key) {
        public StoredContent {
            refs = List.copyOf(refs);
        }

        /** Bytes of all parts as they are stored. */
        public long size() {
            long size = document.length();
            size += raw == null ? 0 : raw.length();
            for (ContentRef ref : refs) {
                size += ref.size();
            }
            return size;
        }
    }

    /** A recipient: the address, the domain of its queue, and the keyed hash it is looked up by. */
    public record NewDelivery(String address, String domain, RecipientRole role, Bytes lookupHash) {}

    /**
     * An idempotency key. A store that encrypts keeps neither hash as it is here ({@link FieldCipher#contentDigest}).
     *
     * @param keyHash SHA-256 of the key
     * @param contentHash SHA-256 of the content that it stands for
     * @param since from when on its retention counts: the message's acceptance, or later where it is remembered longer
     */
    public record Idempotency(Bytes keyHash, Bytes contentHash, Instant since) {}
}
