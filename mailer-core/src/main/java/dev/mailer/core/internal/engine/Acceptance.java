// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Address;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.RecipientRole;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.internal.content.EmailCodec;
import dev.mailer.core.internal.content.EncodedEmail;
import dev.mailer.core.internal.content.Pinned;
import dev.mailer.core.internal.digest.Sha256;
import dev.mailer.core.internal.mime.RawMail;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From a caller's mail to the row that is appended: checked, encoded, with an id, encrypted where the store does that. Thread-safe. */
final class Acceptance {
    private final OutboxStore store;
    private final ContentStore contents;
    private final FieldCipher cipher;
    private final Templates templates;
    private final UuidV7 ids;
    private final LedgerClock clock;
    private final Set<String> tenants;
    private final Set<String> streams;
    private final long messageSize;
    private final Duration keepKeys;

    /**
     * @param lanes every stream of every tenant
     * @param keepKeys retention of idempotency keys
     */
    Acceptance(
            OutboxStore store,
            Templates templates,
            UuidV7 ids,
            LedgerClock clock,
            List<Lane> lanes,
            long messageSize,
            Duration keepKeys) {
        this.store = store;
        this.contents = store.contents();
        this.cipher = store.cipher();
        this.templates = templates;
        this.ids = ids;
        this.clock = clock;
        this.tenants = lanes.stream().map(Lane::tenant).collect(Collectors.toCollection(TreeSet::new));
        this.streams = lanes.stream().map(Lane::stream).collect(Collectors.toCollection(TreeSet::new));
        this.messageSize = messageSize;
        this.keepKeys = keepKeys;
    }

    List<String> tenants() {
        return List.copyOf(tenants);
    }

    /** @param host the caller's connection inside its transaction; null otherwise */
    NewMessage accept(Email email, @Nullable Connection host) {
        requireDefined("tenant", email.tenant(), tenants);
        requireDefined("stream", email.stream(), streams);
        EncodedEmail encoded = encode(email, host);
        MessageId id = ids.next();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        RawMail raw = encoded.raw();
        return store.seal(new NewMessage(
                id,
                new Lane(email.tenant(), email.stream()),
                now,
                millis(email.sendAt()),
                millis(email.expiresAt()),
                email.ambiguityPolicy(),
                summary(email, id, raw),
                encoded.content(),
                idempotency(email, encoded, now),
                deliveries(email)));
    }

    /** As stores keep it, and give it back to later attempts. */
    private static @Nullable Instant millis(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS);
    }

    private static void requireDefined(String field, String name, Set<String> defined) {
        if (!defined.contains(name)) {
            throw new InvalidEmailException(field, "'" + name + "' is not defined; defined are " + defined);
        }
    }

    private EncodedEmail encode(Email email, @Nullable Connection host) {
        try {
            Pinned pinned = email.content() instanceof Content.Templated t ? templates.pin(email, t, host) : null;
            return EmailCodec.encode(
                    email, pinned, (in, limit) -> contents.put(email.tenant(), in, limit, host), messageSize);
        } catch (IOException e) {
            throw new InvalidEmailException("attachments", "cannot be read: " + e.getMessage(), e);
        }
    }

    private static NewMessage.Summary summary(Email email, MessageId id, @Nullable RawMail raw) {
        Address from = email.from();
        Address sender = email.returnPath() == null ? from : email.returnPath();
        String fromHeader = from != null ? from.toString() : raw == null ? null : raw.header("From");
        String subject = email.subject() == null && raw != null ? raw.header("Subject") : email.subject();
        String given = raw == null ? null : raw.header("Message-ID");
        String domain = from != null ? from.domain() : sender == null ? "localhost" : sender.domain();
        return new NewMessage.Summary(
                sender == null ? null : sender.spec(),
                fromHeader,
                subject,
                given != null ? given.strip() : "<" + id + "@" + (domain.startsWith("[") ? "localhost" : domain) + ">",
                email.tags());
    }

    private NewMessage.@Nullable Idempotency idempotency(Email email, EncodedEmail encoded, Instant now) {
        String key = email.idempotencyKey();
        Bytes hash = encoded.hash();
        return key == null || hash == null
                ? null
                : new NewMessage.Idempotency(Sha256.of(key), hash, since(email.idempotencyUntil(), now));
    }

    private Instant since(@Nullable Instant until, Instant now) {
        if (until == null) {
            return now;
        }
        if (until.isAfter(now.plus(Duration.ofDays(Email.MAX_IDEMPOTENCY_DAYS)))) {
            throw new InvalidEmailException(
                    "idempotencyUntil",
                    "is " + until + ", at most " + Email.MAX_IDEMPOTENCY_DAYS + " days ahead are allowed");
        }
        Instant since = until.minus(keepKeys);
        return since.isAfter(now) ? since : now;
    }

    /** One delivery per mailbox: an address that stands in several headers gets one copy, under the first. */
    private List<NewMessage.NewDelivery> deliveries(Email email) {
        List<NewMessage.NewDelivery> deliveries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        add(deliveries, seen, email.tenant(), email.to(), RecipientRole.TO);
        add(deliveries, seen, email.tenant(), email.cc(), RecipientRole.CC);
        add(deliveries, seen, email.tenant(), email.bcc(), RecipientRole.BCC);
        return deliveries;
    }

    private void add(
            List<NewMessage.NewDelivery> to,
            Set<String> seen,
            String tenant,
            List<Address> addresses,
            RecipientRole role) {
        for (Address a : addresses) {
            if (seen.add(a.spec())) {
                to.add(new NewMessage.NewDelivery(a.spec(), a.domain(), role, cipher.lookupHash(tenant, a.key())));
            }
        }
    }
}
