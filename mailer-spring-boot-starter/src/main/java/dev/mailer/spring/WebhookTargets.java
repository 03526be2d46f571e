// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.webhooks.EventWords;
import dev.mailer.webhooks.WebhookFormat;
import dev.mailer.webhooks.WebhookOptions;
import dev.mailer.webhooks.WebhooksBuilder;
import dev.mailer.webhooks.WebhooksPlugin;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The webhooks that the properties name. */
final class WebhookTargets {
    private WebhookTargets() {}

    /** @throws MailerConfigException names the property */
    static MailerPlugin of(WebhookSettings settings, @Nullable MeterRegistry meters) {
        WebhooksBuilder builder = WebhooksPlugin.builder();
        builder.allow(settings.allow() == null ? List.of() : settings.allow());
        if (settings.http()) {
            builder.allowPlainHttp();
        }
        given(settings.timeout(), builder::timeout);
        given(settings.disableAfter(), builder::disableAfter);
        given(settings.keep(), builder::keep);
        given(settings.perEndpoint(), builder::perEndpoint);
        given(settings.together(), builder::together);
        given(settings.postalKey(), key -> builder.postalKey(Secret.of(key)));
        if (meters != null) {
            builder.meters(meters);
        }
        if (settings.endpoints() != null) {
            settings.endpoints().forEach((name, target) -> add(name, target, builder));
        }
        return builder.build();
    }

    private static void add(String name, WebhookSettings.Target target, WebhooksBuilder builder) {
        String option = "webhooks.endpoints." + name;
        if (target.url() == null || target.url().isBlank()) {
            throw new MailerConfigException(option + ".url", "is missing");
        }
        List<String> secrets = target.secret();
        if (secrets == null || secrets.isEmpty()) {
            throw new MailerConfigException(option + ".secret", "is missing");
        }
        WebhookOptions options = WebhookOptions.to(target.url())
                .types(types(option, target.types() == null ? List.of() : target.types()))
                .streams(target.streams() == null ? Set.of() : new LinkedHashSet<>(target.streams()))
                .headers(target.headers() == null ? Map.of() : target.headers())
                .description(target.description() == null ? "" : target.description())
                .format(format(option, target.format()))
                .build();
        builder.endpoint(
                name,
                target.tenant() == null ? Email.DEFAULT_TENANT : target.tenant(),
                options,
                secrets.stream().map(Secret::of).toArray(Secret[]::new));
    }

    private static Set<EventType> types(String option, List<String> words) {
        Set<EventType> types = new LinkedHashSet<>();
        for (String word : words) {
            EventType type = EventWords.read(word.strip().toLowerCase(Locale.ROOT));
            if (type == null) {
                throw new MailerConfigException(
                        option + ".types", "has '" + word + "', which is no type such as delivered");
            }
            types.add(type);
        }
        return types;
    }

    private static WebhookFormat format(String option, @Nullable String text) {
        return switch (text == null ? "standard" : text.strip().toLowerCase(Locale.ROOT)) {
            case "standard" -> WebhookFormat.STANDARD;
            case "postal" -> WebhookFormat.POSTAL;
            default -> throw new MailerConfigException(option + ".format", "is '" + text + "', not standard or postal");
        };
    }

    private static <T> void given(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
