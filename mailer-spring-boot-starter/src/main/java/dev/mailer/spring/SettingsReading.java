// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.LimitOptions;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.RetentionOptions;
import dev.mailer.core.RetryOptions;
import dev.mailer.core.StreamOptions;
import dev.mailer.core.SuppressionOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** Tells a builder what the properties say; what they leave out stays the builder's. */
final class SettingsReading {
    private final MailerSettings settings;

    SettingsReading(MailerSettings settings) {
        this.settings = settings;
    }

    void applyTo(MailerBuilder builder) {
        settings.getTenants().forEach(builder::tenant);
        settings.getStreams().forEach((name, stream) -> builder.stream(name, options -> apply(stream, options)));
        if (!(settings instanceof MailerProperties)) {
            settings.getStreams().forEach(SettingsReading::requireNoLinks);
        }
        builder.retry(this::apply).limits(this::apply).retention(this::apply).suppression(this::apply);
        ifSet(settings.getCloseTimeout(), builder::closeTimeout);
        ifSet(settings.getNodeName(), builder::nodeName);
        ifSet(settings.getHostName(), name -> builder.hostName(checkedHost(name)));
    }

    /** The pages where links lead are those of the default mailer. */
    private static void requireNoLinks(String name, StreamSettings stream) {
        String option = stream.unsubscribe() != null ? "unsubscribe" : stream.listId() != null ? "listId" : null;
        if (option != null) {
            throw new MailerConfigException("streams." + name + "." + option, "is for the default mailer alone");
        }
    }

    /** What EHLO takes, whichever transport asks for it. */
    private static String checkedHost(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,255}|\\[[A-Za-z0-9.:]{1,64}]")) {
            throw new MailerConfigException(
                    "hostName", "is '" + name + "', which is neither a host name nor an address in brackets");
        }
        return name;
    }

    /** The master keys; null where nothing is encrypted. */
    static @Nullable EncryptionKeys encryption(MailerSettings settings) {
        EncryptionSettings encryption = settings.getEncryption();
        if (encryption == null) {
            return null;
        }
        List<String> old = encryption.oldKeys() == null ? List.of() : encryption.oldKeys();
        if (encryption.key() == null || encryption.key().isBlank()) {
            if (old.isEmpty()) {
                return null;
            }
            throw new MailerConfigException("encryption.oldKeys", "are set without a current one, encryption.key");
        }
        return new EncryptionKeys(
                Secret.of(encryption.key()), old.stream().map(Secret::of).toList());
    }

    private static void apply(StreamSettings stream, StreamOptions options) {
        ifSet(stream.weight(), options::weight);
        ifSet(stream.reserved(), options::reserved);
        ifSet(stream.transport(), options::transport);
    }

    private void apply(RetryOptions options) {
        RetrySettings retry = settings.getRetry();
        if (retry != null) {
            ifSet(retry.first(), options::first);
            ifSet(retry.longest(), options::longest);
            ifSet(retry.lifetime(), options::lifetime);
            ifSet(retry.jitter(), options::jitter);
        }
    }

    private void apply(LimitOptions options) {
        LimitSettings limits = settings.getLimits();
        if (limits != null) {
            ifSet(limits.messageSize(), size -> options.messageSize(size.toBytes()));
            ifSet(limits.maxUnsettled(), options::maxUnsettled);
            ifSet(limits.bytesInFlight(), size -> options.bytesInFlight(size.toBytes()));
            ifSet(limits.waitingSubmissions(), options::waitingSubmissions);
            ifSet(limits.slots(), options::slots);
            ifSet(limits.slowCalls(), options::slowCalls);
            ifSet(limits.lease(), options::lease);
        }
    }

    private void apply(RetentionOptions options) {
        RetentionSettings retention = settings.getRetention();
        if (retention != null) {
            ifSet(retention.content(), options::content);
            ifSet(retention.messages(), options::messages);
            ifSet(retention.idempotencyKeys(), options::idempotencyKeys);
        }
    }

    private void apply(SuppressionOptions options) {
        SuppressionSettings suppression = settings.getSuppression();
        if (suppression != null) {
            term("bounces", suppression.bounces(), options::bouncesForever, options::bouncesOff, options::bounces);
            term(
                    "complaints",
                    suppression.complaints(),
                    options::complaintsForever,
                    options::complaintsOff,
                    options::complaints);
        }
    }

    private static void term(
            String name, @Nullable String text, Runnable forever, Runnable off, Consumer<Duration> time) {
        if (text == null) {
            return;
        }
        switch (text) {
            case "forever" -> forever.run();
            case "off" -> off.run();
            default -> {
                try {
                    time.accept(DurationStyle.detectAndParse(text));
                } catch (IllegalArgumentException e) {
                    throw new MailerConfigException(
                            "suppression." + name,
                            "is '" + text + "', expected forever, off, or a time such as 30d",
                            e);
                }
            }
        }
    }

    private static <T> void ifSet(@Nullable T value, Consumer<T> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}
