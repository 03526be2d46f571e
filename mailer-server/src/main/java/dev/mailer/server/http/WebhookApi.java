// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.server.http.WebhookViews.AttemptView;
import dev.mailer.server.http.WebhookViews.EndpointView;
import dev.mailer.server.http.WebhookViews.KeySet;
import dev.mailer.server.http.WebhookViews.KeyView;
import dev.mailer.server.http.WebhookViews.Listed;
import dev.mailer.server.http.WebhookViews.Removed;
import dev.mailer.webhooks.PostalPublicKey;
import dev.mailer.webhooks.WebhookEndpoint;
import dev.mailer.webhooks.WebhookOptions;
import dev.mailer.webhooks.Webhooks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The webhooks of the caller's tenant, apart from HTTP. Thread-safe. */
final class WebhookApi {
    private final TenantWebhooks webhooks;
    private final WaitingPlaces testing = new WaitingPlaces(16, 4);

    WebhookApi(TenantWebhooks webhooks) {
        this.webhooks = webhooks;
    }

    Listed<EndpointView> list(String tenant) {
        return new Listed<>(
                "list",
                false,
                null,
                webhooks.all().list(tenant).stream().map(e -> view(e, null)).toList());
    }

    EndpointView create(String tenant, JsonFields fields) {
        WebhookOptions.Builder options = WebhookOptions.to(fields.required("endpoint"));
        WebhookFields.read(fields, options);
        Instant since = fields.instant("since");
        Webhooks.Created made = WebhookFields.checked(
                () -> webhooks.all().create(tenant, options.build(), WebhookFields.secret(fields)));
        try {
            String next = since == null ? null : tellSince(made.endpoint(), since);
            return EndpointView.of(
                    made.endpoint(), waiting(made.endpoint()), made.secret().reveal(), next);
        } catch (RuntimeException e) {
            forget(made.endpoint(), e);
            throw e;
        }
    }

    private @Nullable String tellSince(WebhookEndpoint e, Instant since) {
        return webhooks.log()
                .replay(e.tenant(), e.id(), new Selection(null, null, since, null), null)
                .next();
    }

    /** One whose secret nobody has been shown is of no use. */
    private void forget(WebhookEndpoint e, RuntimeException trouble) {
        try {
            webhooks.all().remove(e.tenant(), e.id());
        } catch (RuntimeException another) {
            trouble.addSuppressed(another);
        }
    }

    EndpointView get(String tenant, String id) {
        return view(webhooks.required(tenant, id), null);
    }

    /** What is absent stays. */
    EndpointView update(String tenant, String id, JsonFields fields) {
        webhooks.required(tenant, id);
        String status = fields.string("status");
        if (status != null && !status.equals("enabled") && !status.equals("disabled")) {
            throw WebhookFields.wrong("status", "must be one of enabled, disabled.");
        }
        if (WebhookFields.changes(fields)) {
            WebhookFields.checked(
                    () -> webhooks.all().update(tenant, id, before -> WebhookFields.changed(before, fields)));
        }
        if (status != null) {
            webhooks.all().enable(tenant, id, status.equals("enabled"));
        }
        return get(tenant, id);
    }

    Removed remove(String tenant, String id) {
        // also one that cannot be read, and is not shown
        if (!WebhookFields.checked(() -> webhooks.all().remove(tenant, id))) {
            throw TenantWebhooks.unknown();
        }
        return new Removed("webhook", id, true);
    }

    EndpointView rotate(String tenant, String id, JsonFields fields) {
        webhooks.required(tenant, id);
        Secret secret = WebhookFields.secret(fields);
        Webhooks.Created made = WebhookFields.checked(() -> webhooks.all().rotate(tenant, id, secret));
        if (made == null) {
            throw TenantWebhooks.unknown();
        }
        return view(made.endpoint(), made.secret().reveal());
    }

    AttemptView test(String tenant, String id) {
        // the receiver decides how long it keeps the thread
        if (!testing.enter(tenant)) {
            throw ApiException.unavailable("Too many tests of webhooks are under way.", Duration.ofSeconds(5));
        }
        try {
            Attempt attempt = webhooks.all().test(tenant, id);
            if (attempt == null) {
                throw TenantWebhooks.unknown();
            }
            return AttemptView.of(attempt);
        } finally {
            testing.leave(tenant);
        }
    }

    /** As Postal publishes it (RFC 7517 §5). */
    KeySet keys() {
        PostalPublicKey key = webhooks.all().postalPublicKey();
        return new KeySet(
                key == null
                        ? List.of()
                        : List.of(new KeyView("RSA", key.modulus(), key.exponent(), key.id(), "sig", "RS256")));
    }

    private EndpointView view(WebhookEndpoint e, @Nullable String secret) {
        return EndpointView.of(e, waiting(e), secret, null);
    }

    private int waiting(WebhookEndpoint e) {
        return webhooks.log().waiting(e.tenant(), e.id());
    }
}
