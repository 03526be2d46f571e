// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Address;
import dev.mailer.api.Content;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.Failure;
import dev.mailer.api.HitCounts;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.RecipientRole;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A mail as {@code GET /v1/emails/{id}} shows it: Resend's fields, then ours. Content is null once retention removed it. */
record EmailView(
        String object,
        String id,
        String messageId,
        List<String> to,
        @Nullable String from,
        String createdAt,
        @Nullable String subject,
        @Nullable String html,
        @Nullable String text,
        @Nullable List<String> bcc,
        @Nullable List<String> cc,
        @Nullable List<String> replyTo,
        String lastEvent,
        @Nullable Instant scheduledAt,
        List<Tag> tags,
        @Nullable String topicId,
        String stream,
        boolean done,
        Map<String, String> metadata,
        List<Delivery> deliveries,
        Hits opens,
        Hits clicks) {

    /** How often something was noticed: all, and without what fetches unasked. */
    record Hits(long all, long byPeople) {
        static Hits opens(HitCounts counts) {
            return new Hits(counts.opens(), counts.opensByPeople());
        }

        static Hits clicks(HitCounts counts) {
            return new Hits(counts.clicks(), counts.clicksByPeople());
        }
    }

    record Tag(String name, String value) {}

    /** A mail as lists show it: what reading the ledger alone gives. */
    record Summary(
            String id,
            String messageId,
            List<String> to,
            @Nullable String from,
            String createdAt,
            @Nullable String subject,
            @Nullable List<String> bcc,
            @Nullable List<String> cc,
            @Nullable List<String> replyTo,
            String lastEvent,
            @Nullable Instant scheduledAt,
            String stream,
            boolean done) {}

    /** One recipient's part of it. */
    record Delivery(
            long id,
            String to,
            String role,
            String state,
            int attempts,
            Instant changedAt,
            @Nullable Instant nextAttemptAt,
            @Nullable String transport,
            @Nullable String reply,
            @Nullable Reason failure) {}

    /** Why something failed. */
    record Reason(
            String reason,
            String phase,
            boolean retryable,
            @Nullable Integer code,
            @Nullable String enhancedCode,
            String text,
            @Nullable String remoteHost) {

        static @Nullable Reason of(@Nullable Failure failure) {
            return failure == null
                    ? null
                    : new Reason(
                            failure.reason(),
                            word(failure.phase()),
                            failure.retryable(),
                            failure.code() == 0 ? null : (Integer) failure.code(),
                            failure.enhancedCode() == null ? null : String.valueOf(failure.enhancedCode()),
                            failure.text(),
                            failure.remoteHost());
        }
    }

    static EmailView of(MessageStatus status, @Nullable Email email, HitCounts hits) {
        Content.Literal literal = email != null && email.content() instanceof Content.Literal l ? l : null;
        return new EmailView(
                "email",
                status.id().toString(),
                status.messageIdHeader(),
                email == null ? recipients(status, RecipientRole.TO) : mailboxes(email.to()),
                status.from(),
                Times.resend(status.acceptedAt()),
                status.subject(),
                literal == null ? null : literal.html(),
                literal == null ? null : literal.text(),
                orNull(email == null ? recipients(status, RecipientRole.BCC) : mailboxes(email.bcc())),
                orNull(email == null ? recipients(status, RecipientRole.CC) : mailboxes(email.cc())),
                orNull(email == null ? List.of() : mailboxes(email.replyTo())),
                LastEvent.of(status),
                status.sendAt(),
                new TreeMap<>(status.tags())
                        .entrySet().stream()
                                .map(e -> new Tag(e.getKey(), e.getValue()))
                                .toList(),
                null,
                status.stream(),
                status.isFinal(),
                email == null ? Map.of() : BatchMark.removedFrom(email.metadata()),
                status.deliveries().stream().map(EmailView::delivery).toList(),
                Hits.opens(hits),
                Hits.clicks(hits));
    }

    static Summary summary(MessageStatus status) {
        return new Summary(
                status.id().toString(),
                status.messageIdHeader(),
                recipients(status, RecipientRole.TO),
                status.from(),
                Times.resend(status.acceptedAt()),
                status.subject(),
                orNull(recipients(status, RecipientRole.BCC)),
                orNull(recipients(status, RecipientRole.CC)),
                null,
                LastEvent.of(status),
                status.sendAt(),
                status.stream(),
                status.isFinal());
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Delivery delivery(DeliveryStatus d) {
        return new Delivery(
                d.id(),
                d.recipient(),
                word(d.role()),
                word(d.state()),
                d.attempts(),
                d.changedAt(),
                d.nextAttemptAt(),
                d.transport(),
                d.reply(),
                Reason.of(d.failure()));
    }

    private static List<String> mailboxes(List<Address> addresses) {
        return addresses.stream().map(Address::toString).toList();
    }

    private static List<String> recipients(MessageStatus status, RecipientRole role) {
        return status.deliveries().stream()
                .filter(d -> d.role() == role)
                .map(DeliveryStatus::recipient)
                .toList();
    }

    private static @Nullable List<String> orNull(List<String> list) {
        return list.isEmpty() ? null : list;
    }
}
