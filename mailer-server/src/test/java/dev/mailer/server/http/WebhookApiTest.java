// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Secret;
import dev.mailer.webhooks.WebhookEndpoint;
import dev.mailer.webhooks.WebhookLog;
import dev.mailer.webhooks.Webhooks;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class WebhookApiTest {
    private final TenantWebhooks tenants = mock(TenantWebhooks.class);
    private final Webhooks webhooks = mock(Webhooks.class);
    private final WebhookLog log = mock(WebhookLog.class);
    private final WebhookEndpoint made = mock(WebhookEndpoint.class);

    @Test
    void a_webhook_whose_secret_was_not_shown_is_not_left() {
        MailerUnavailableException full = new MailerUnavailableException("full", Duration.ZERO, null);
        when(tenants.all()).thenReturn(webhooks);
        when(tenants.log()).thenReturn(log);
        when(made.tenant()).thenReturn("default");
        when(made.id()).thenReturn("wh_1");
        when(webhooks.create(eq("default"), any(), any())).thenReturn(new Webhooks.Created(made, Secret.of("whsec_x")));
        when(log.replay(eq("default"), eq("wh_1"), any(), any())).thenThrow(full);
        JsonFields fields = new JsonFields(
                JsonMapper.shared()
                        .readTree("{\"endpoint\":\"https://shop.example/hook\",\"since\":\"2026-01-01T00:00:00Z\"}"),
                "");

        assertThatThrownBy(() -> new WebhookApi(tenants).create("default", fields))
                .isSameAs(full);

        verify(webhooks).remove("default", "wh_1");
    }
}
