// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.webhooks.EventWords;
import dev.mailer.webhooks.WebhookFormat;
import dev.mailer.webhooks.WebhookOptions;
import dev.mailer.webhooks.WebhooksBuilder;
import dev.mailer.webhooks.WebhooksPlugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads {@code webhooks.*}: bounds, and one group of settings for each endpoint. Each is tried on a builder that is thrown away. */
final class WebhookSettings {
    private static final String ENDPOINTS = "webhooks.endpoints.";

    private final GivenSettings given;
    private final Set<String> tenants;
    private final List<Consumer<WebhooksBuilder>> options = new ArrayList<>();
    private final WebhooksBuilder scratch = WebhooksPlugin.builder();

    /** @param tenants those that are defined */
    WebhookSettings(GivenSettings given, Set<String> tenants) {
        this.given = given;
        this.tenants = tenants;
    }

    /** A builder on which all settings are made. */
    WebhooksBuilder builder() {
        WebhooksBuilder builder = WebhooksPlugin.builder();
        options.forEach(option -> option.accept(builder));
        return builder;
    }

    void read() {
        List<String> networks = given.names("webhooks.allow");
        option("webhooks.allow", b -> b.allow(networks));
        if (given.flag("webhooks.http")) {
            option("webhooks.http", WebhooksBuilder::allowPlainHttp);
        }
        var timeout = given.duration("webhooks.timeout", WebhooksBuilder.DEFAULT_TIMEOUT);
        option("webhooks.timeout", b -> b.timeout(timeout));
        var disableAfter = given.duration("webhooks.disableAfter", WebhooksBuilder.DEFAULT_DISABLE_AFTER);
        option("webhooks.disableAfter", b -> b.disableAfter(disableAfter));
        var keep = given.duration("webhooks.keep", WebhooksBuilder.DEFAULT_KEEP);
        option("webhooks.keep", b -> b.keep(keep));
        int perEndpoint = given.number("webhooks.perEndpoint", WebhooksBuilder.DEFAULT_PER_ENDPOINT, 1, 64);
        option("webhooks.perEndpoint", b -> b.perEndpoint(perEndpoint));
        int together = given.number("webhooks.together", WebhooksBuilder.DEFAULT_TOGETHER, 1, 1_000);
        option("webhooks.together", b -> b.together(together));
        String postal = given.secret("webhooks.postal.key");
        if (!postal.isEmpty()) {
            option("webhooks.postal.key", b -> b.postalKey(Secret.of(postal)));
        }
        Set<String> names = new TreeSet<>();
        given.forEach((key, value) -> {
            if (key.startsWith(ENDPOINTS)) {
                names.add(key.substring(ENDPOINTS.length(), key.lastIndexOf('.')));
            }
        });
        names.forEach(this::endpoint);
        try {
            var unused = scratch.build();
        } catch (MailerConfigException e) {
            given.problem(e.option(), e.problem());
        }
    }

    private void endpoint(String name) {
        String group = ENDPOINTS + name;
        String url = given.text(group + ".url", "", Values::redacted);
        String secret = given.secret(group + ".secret");
        String tenant = given.text(group + ".tenant", Email.DEFAULT_TENANT);
        if (url.isEmpty() || secret.isEmpty()) {
            given.problem(group + (url.isEmpty() ? ".url" : ".secret"), "is missing");
            return;
        }
        if (!tenants.contains(tenant)) {
            given.problem(group + ".tenant", "'" + tenant + "' is none of tenants, which are " + tenants);
            return;
        }
        WebhookOptions.Builder webhook = WebhookOptions.to(url)
                .types(types(group + ".types"))
                .streams(new LinkedHashSet<>(given.names(group + ".streams")))
                .format(given.value(
                        group + ".format",
                        WebhookFormat.STANDARD,
                        "standard or postal",
                        WebhookSettings::format,
                        f -> f.name().toLowerCase(Locale.ROOT)))
                .description(given.text(group + ".description", ""));
        String header = given.secret(group + ".header");
        int colon = header.indexOf(':');
        if (colon > 0) {
            webhook.header(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        } else if (!header.isEmpty()) {
            given.problem(group + ".header", "is no header such as Authorization: Bearer …");
        }
        Secret[] secrets =
                Arrays.stream(secret.split("[,\\s]+", -1)).map(Secret::of).toArray(Secret[]::new);
        option(group, b -> b.endpoint(name, tenant, webhook.build(), secrets));
    }

    private Set<EventType> types(String key) {
        Set<EventType> types = new LinkedHashSet<>();
        for (String word : given.names(key)) {
            EventType type = EventWords.read(word.toLowerCase(Locale.ROOT));
            if (type == null) {
                given.problem(key, "'" + word + "' is no type such as delivered");
            } else {
                types.add(type);
            }
        }
        return types;
    }

    private void option(String key, Consumer<WebhooksBuilder> option) {
        try {
            option.accept(scratch);
            options.add(option);
        } catch (MailerConfigException e) {
            // of an endpoint it says what of it is wrong
            given.problem(e.option().startsWith(key) ? e.option() : key, e.problem());
        }
    }

    private static @Nullable WebhookFormat format(String text) {
        return Arrays.stream(WebhookFormat.values())
                .filter(f -> f.name().equalsIgnoreCase(text))
                .findFirst()
                .orElse(null);
    }
}
