// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An endpoint that settings or a program make at each start; its name is its id. */
record NamedWebhook(String name, String tenant, WebhookOptions options, List<Secret> secrets) {
    /** @throws MailerConfigException the name or the secrets are unusable */
    NamedWebhook {
        secrets = List.copyOf(secrets);
        if (!name.matches("[a-z0-9][a-z0-9_-]{0,39}") || name.startsWith("wh_")) {
            throw new MailerConfigException(
                    option(name), "must have a name of up to 40 of a-z, 0-9, - and _ that does not begin with wh_");
        }
        if (secrets.isEmpty()) {
            throw new MailerConfigException(option(name) + ".secret", "is missing");
        }
        for (Secret secret : secrets) {
            try {
                SigningSecret.of(secret);
            } catch (InvalidWebhookException e) {
                throw new MailerConfigException(option(name) + ".secret", e.problem(), e);
            }
        }
    }

    private static String option(String name) {
        return "webhooks.endpoints." + name;
    }

    /** What it is called where something is wrong with it. */
    String option() {
        return option(name);
    }

    /** @throws MailerConfigException its options are unusable */
    void check(EndpointRules rules, @Nullable PostalKey postal) {
        try {
            rules.check(options, postal);
        } catch (InvalidWebhookException e) {
            throw new MailerConfigException(option() + "." + e.option(), e.problem(), e);
        }
    }
}
