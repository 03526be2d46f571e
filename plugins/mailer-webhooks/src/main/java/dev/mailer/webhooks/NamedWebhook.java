// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.Secret;
import java.util.List;

/** An endpoint that settings or a program make at each start; its name is its id. */
record NamedWebhook(String name, String tenant, WebhookOptions options, List<Secret> secrets) {
    NamedWebhook {
        secrets = List.copyOf(secrets);
        if (!name.matches("[a-z0-9][a-z0-9_-]{0,39}") || name.startsWith("wh_")) {
            throw new InvalidWebhookException(
                    "name", "must be up to 40 of a-z, 0-9, - and _, and not begin with wh_, got '" + name + "'");
        }
        if (secrets.isEmpty()) {
            throw new InvalidWebhookException("secret", "is missing for " + name);
        }
    }
}
