// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.core.MailerEngine;
import dev.mailer.webhooks.WebhookEndpoint;
import dev.mailer.webhooks.WebhookLog;
import dev.mailer.webhooks.Webhooks;
import dev.mailer.webhooks.WebhooksPlugin;

/** The webhooks of this server, where it has some. Thread-safe. */
final class TenantWebhooks {
    private final MailerEngine engine;

    TenantWebhooks(MailerEngine engine) {
        this.engine = engine;
    }

    Webhooks all() {
        WebhooksPlugin plugin = engine.plugin(WebhooksPlugin.class);
        if (plugin == null) {
            throw ApiException.notFound("This server has no webhooks.");
        }
        return plugin.webhooks();
    }

    WebhookLog log() {
        return all().log();
    }

    WebhookEndpoint required(String tenant, String id) {
        WebhookEndpoint found = all().find(tenant, id);
        if (found == null) {
            throw unknown();
        }
        return found;
    }

    static ApiException unknown() {
        return ApiException.notFound("There is no webhook of this id.");
    }
}
