// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whatever is wrong with an option is said alike, when it is given. */
class WebhooksBuilderTest {
    private static final Secret SECRET = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final WebhookOptions OPTIONS =
            WebhookOptions.to("https://example.com/").build();

    @Test
    void an_option_out_of_its_bounds_is_named_with_them() {
        refused(b -> b.perEndpoint(65), "webhooks.perEndpoint: must be from 1 to 64, got 65");
        refused(b -> b.together(0), "webhooks.together: must be from 1 to 1000, got 0");
        refused(b -> b.timeout(Duration.ZERO), "webhooks.timeout: must be from PT0.1S to PT1M, got PT0S");
        refused(
                b -> b.disableAfter(Duration.ofDays(366)),
                "webhooks.disableAfter: must be from PT1M to PT8760H, got PT8784H");
        refused(b -> b.keep(Duration.ZERO), "webhooks.keep: must be from PT1M to PT8760H, got PT0S");
    }

    @Test
    void what_cannot_be_read_is_named() {
        assertThatThrownBy(() -> WebhooksPlugin.builder().allow(List.of("intranet")))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("webhooks.allow: ")
                .hasMessageContaining("intranet");
        refused(
                b -> b.postalKey(Secret.of("nonsense")),
                "webhooks.postalKey: is no unencrypted RSA key in PKCS#8; \"openssl genpkey -algorithm RSA\" makes one");
    }

    @Test
    void of_an_endpoint_it_is_said_what_is_wrong_with_it() {
        refused(
                b -> b.endpoint("Shop", "default", OPTIONS, SECRET),
                "webhooks.endpoints.Shop: must have a name of up to 40 of a-z, 0-9, - and _ that does not begin with wh_");
        refused(b -> b.endpoint("shop", "default", OPTIONS), "webhooks.endpoints.shop.secret: is missing");
        refused(
                b -> b.endpoint("shop", "default", OPTIONS, Secret.of("short")),
                "webhooks.endpoints.shop.secret: must be whsec_ and 24 to 64 octets in base64, or whsk_ and the 64 octets"
                        + " of an Ed25519 key pair");
        refused(
                b -> b.endpoint("shop", "default", OPTIONS, SECRET).endpoint("shop", "other", OPTIONS, SECRET),
                "webhooks.endpoints.shop: is there twice");
        refused(
                b -> b.endpoint("shop", "default", http(), SECRET).build(),
                "webhooks.endpoints.shop.url: is not https, and webhooks.http is not set");
        refused(
                b -> b.endpoint("shop", "default", postal(), SECRET).build(),
                "webhooks.endpoints.shop.format: is postal, which needs a key to sign with: webhooks.postal.key");
        assertThat(WebhooksPlugin.builder()
                        .endpoint("shop", "default", http(), SECRET)
                        .allowPlainHttp()
                        .build())
                .as("in any order")
                .isNotNull();
    }

    private static WebhookOptions http() {
        return WebhookOptions.to("http://example.com/").build();
    }

    private static WebhookOptions postal() {
        return WebhookOptions.to("https://example.com/")
                .format(WebhookFormat.POSTAL)
                .build();
    }

    @Test
    void what_a_builder_gets_later_is_not_of_the_plugin_that_it_built() {
        WebhooksBuilder builder = WebhooksPlugin.builder();
        WebhooksPlugin plugin = builder.build();
        builder.endpoint("shop", "default", OPTIONS, SECRET);

        MailerEngine mailer =
                Mailers.builder().transport("memory:").install(plugin).build();
        try {
            assertThat(plugin.webhooks().list("default")).isEmpty();
        } finally {
            mailer.close();
        }
    }

    private static void refused(Consumer<WebhooksBuilder> option, String message) {
        assertThatThrownBy(() -> option.accept(WebhooksPlugin.builder()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(message);
    }
}
