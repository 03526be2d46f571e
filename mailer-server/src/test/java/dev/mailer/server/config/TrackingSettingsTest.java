// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the settings of tracking mean, and what is said of wrong ones. */
class TrackingSettingsTest {
    @Test
    void with_a_public_address_the_endpoint_is_there() {
        Map<String, String> given = new HashMap<>();
        given.put("publicUrl", "https://mail.example.com");
        given.put("publicUrls.acme", "https://mail.acme.example");
        given.put("streams.broadcast.trackOpens", "true");
        given.put("streams.broadcast.trackClicks", "TRUE");
        given.put("tracking.tenants.acme.opens", "false");
        given.put("tenants", "acme");
        given.put("tracking.exclude", "example.com, *.example.com");
        given.put("tracking.utm.source", "{stream}");
        given.put("tracking.addresses", "none");
        given.put("tracking.durability", "buffered");
        given.put("tracking.honeypot", "true");
        given.put("tracking.scanners", "198.51.100.0/24");
        given.put("tracking.scannersWithin", "2m");
        given.put("tracking.trustedProxies", "10.0.0.0/8, ::1");

        Settings settings = SettingsReader.read(null, Map.of(), given);

        try (MailerEngine engine = engine(settings)) {
            assertThat(engine.endpoints()).extracting(HttpEndpoint::path).contains("/t");
        }
        given.forEach((key, value) -> assertThat(settings.shownValue(key)).isEqualToIgnoringCase(value));
    }

    @Test
    void without_one_nothing_is_tracked() {
        Settings settings = SettingsReader.read(null, Map.of(), Map.of("tracking.opens", "false"));

        try (MailerEngine engine = engine(settings)) {
            assertThat(engine.endpoints()).isEmpty();
        }
    }

    @Test
    void variables_of_the_environment_name_streams_and_tenants() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(
                        "MAILER_PUBLIC_URL", "https://mail.example.com",
                        "MAILER_STREAMS_BROADCAST_TRACK_OPENS", "true",
                        "MAILER_TRACKING_UTM_MEDIUM", "mail"),
                Map.of());

        assertThat(settings.shownValue("streams.broadcast.trackOpens")).isEqualTo("true");
        assertThat(settings.shownValue("tracking.utm.medium")).isEqualTo("mail");
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void problems_name_the_setting() {
        problem(
                "publicUrl: is missing: tracking needs the address at which recipients reach it",
                "tracking.opens",
                "true");
        problem(
                "publicUrl: is missing: tracking needs the address at which recipients reach it",
                "streams.news.trackClicks",
                "true");
        problem(
                "publicUrl: 'mail.example.com' cannot be used; expected http or https with a host, such as"
                        + " https://mail.example.com",
                "publicUrl",
                "mail.example.com");
        problem("publicUrls.acme: is set without publicUrl", "publicUrls.acme", "https://a.example");
        problem("tracking.opens: 'yes' is not true or false", "tracking.opens", "yes");
        problem("streams.news.trackOpens: 'yes' is not true or false", "streams.news.trackOpens", "yes");
        problem(
                "tracking.tenants.acne.opens: 'acne' is no tenant; there are [default]",
                "tracking.tenants.acne.opens",
                "true");
        problem("tracking.exclude: 'https://x' is no host", "tracking.exclude", "https://x");
        problem("tracking.utm.sauce: is unknown; there are source", "tracking.utm.sauce", "x");
        problem("tracking.utm.source: '{name}' may have", "tracking.utm.source", "{name}");
        problem("tracking.addresses: 'some' is not none, anonymised or full", "tracking.addresses", "some");
        problem("tracking.durability: 'never' is not committed or buffered", "tracking.durability", "never");
        problem("tracking.scanners: 'x' is no network", "tracking.scanners", "x");
        problem("tracking.scannersWithin: is PT25H, allowed is up to a day", "tracking.scannersWithin", "25h");
        problem("tracking.trustedProxies: 'x' is no network", "tracking.trustedProxies", "x");
        problem("tracking.open: is no setting; did you mean tracking.opens?", "tracking.open", "true");
    }

    private static MailerEngine engine(Settings settings) {
        MailerBuilder builder = Mailers.builder().transport("memory:");
        settings.engine().accept(builder);
        return builder.build();
    }

    private static void problem(String said, String key, String value) {
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said);
    }
}
