// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Address;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.NewMessage.StoredContent;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.core.internal.content.DecodedEmail;
import dev.mailer.core.internal.content.EmailCodec;
import dev.mailer.core.internal.content.UnreadableHereException;
import dev.mailer.core.internal.mime.ComposedMessage;
import dev.mailer.core.internal.mime.MailDraft;
import dev.mailer.core.internal.mime.MessageComposer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the stored form to the wire: decode, render, intercept, compose, transform, sign. A pure function of what was stored, so every attempt
 * on every node gives the same bytes. Thread-safe.
 */
final class Preparation {
    private final ContentStore contents;
    private final Templates templates;
    private final List<SendInterceptor> interceptors;
    private final List<EntityTransform> transforms;
    private final @Nullable MessageSigner signer;
    private final MessageComposer composer = new MessageComposer();

    Preparation(
            ContentStore contents,
            Templates templates,
            List<SendInterceptor> interceptors,
            List<EntityTransform> transforms,
            @Nullable MessageSigner signer) {
        this.contents = contents;
        this.templates = templates;
        this.interceptors = List.copyOf(interceptors);
        this.transforms = List.copyOf(transforms);
        this.signer = signer;
    }

    /** True when each recipient of most mails of a lane needs bytes of its own. */
    boolean usuallyPerRecipient(Lane lane) {
        return interceptors.stream().anyMatch(i -> i.usuallyPerRecipient(lane.tenant(), lane.stream()))
                || transforms.stream().anyMatch(EntityTransform::perRecipient);
    }

    /** @throws UnreadableHereException a newer version or a missing key is needed */
    DecodedEmail decode(StoredMessage message, StoredContent content) throws IOException {
        if (content.key().version() != 0) {
            throw new UnreadableHereException("the content is encrypted with master key "
                    + content.key().version() + ", but no key is configured");
        }
        return EmailCodec.decode(content, ref -> contents.open(message.lane().tenant(), ref));
    }

    /** As it is before interceptors, transforms and a signer, for people. */
    ComposedMessage preview(StoredMessage message, StoredContent content) throws IOException {
        DecodedEmail decoded = decode(message, content);
        return composer.compose(draft(message, decoded, List.of()));
    }

    /** What is to be sent; null where the claims are several and an interceptor needs each recipient alone. */
    @Nullable
    PreparedSubmission prepare(StoredMessage message, DecodedEmail decoded, List<Claim> claims, Destination destination)
            throws IOException {
        Email email = decoded.email();
        List<Recipient> recipients = claims.stream()
                .map(c -> new Recipient(c.deliveryId(), Address.of(c.recipient()), c.attempt()))
                .toList();
        String header = message.summary().messageIdHeader();
        MailDraft draft = draft(message, decoded, recipients);
        for (SendInterceptor interceptor : interceptors) {
            if (recipients.size() > 1 && interceptor.perRecipient(draft)) {
                return null;
            }
            interceptor.edit(draft);
        }
        Instant begin = ClaimSettler.begin(message);
        ComposedMessage composed = composer.compose(draft, transforms, begin);
        String domain = signer == null ? null : draft.senderDomain();
        if (signer != null && domain != null) {
            composed = composed.signedBy(signer, domain, begin.getEpochSecond());
        }
        String sender = message.summary().sender();
        return new PreparedSubmission(
                message.id(),
                destination,
                sender == null ? null : Address.of(sender),
                recipients,
                header,
                composed,
                email);
    }

    private MailDraft draft(StoredMessage message, DecodedEmail decoded, List<Recipient> recipients)
            throws IOException {
        Email email = decoded.email();
        Rendered rendered = email.content() instanceof Content.Templated t
                ? templates.render(message.lane().tenant(), t, email.locale(), decoded.pinned())
                : null;
        return MailDraft.of(
                new MailDraft.Stamp(
                        message.id(),
                        message.lane(),
                        message.acceptedAt(),
                        message.summary().messageIdHeader()),
                recipients,
                email,
                rendered);
    }
}
