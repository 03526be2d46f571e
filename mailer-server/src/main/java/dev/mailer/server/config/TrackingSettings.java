// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.MailerConfigException;
import dev.mailer.tracking.AddressDetail;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingBuilder;
import dev.mailer.tracking.TrackingDurability;
import dev.mailer.tracking.TrackingPlugin;
import dev.mailer.tracking.TrackingSwitch;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads {@code tracking.*} and the switches of {@code streams.*}. For one thread. */
final class TrackingSettings {
    private static final String UTM = "tracking.utm.";
    private static final String TENANTS = "tracking.tenants.";
    private static final String STREAMS = "streams.";
    /** How the switches of a stream end. */
    static final List<String> SWITCHES = List.of(".trackOpens", ".trackClicks");

    private final GivenSettings given;
    private final Set<String> tenants;
    private final TrackingBuilder builder = TrackingPlugin.builder();
    private boolean on;

    /** @param tenants those that there are */
    TrackingSettings(GivenSettings given, Set<String> tenants) {
        this.given = given;
        this.tenants = tenants;
    }

    /**
     * What tracks; null when there is no public address.
     *
     * @param urls null when there are none
     */
    @Nullable
    TrackingPlugin plugin(@Nullable PublicUrls urls) {
        builder.opens(flag("tracking.opens"))
                .clicks(flag("tracking.clicks"))
                .text(flag("tracking.text"))
                .honeypot(flag("tracking.honeypot"));
        switches();
        for (String host : given.names("tracking.exclude")) {
            check("tracking.exclude", () -> builder.exclude(host));
        }
        utm();
        builder.addresses(given.value(
                "tracking.addresses",
                AddressDetail.ANONYMISED,
                "none, anonymised or full",
                text -> constant(AddressDetail.values(), text),
                TrackingSettings::word));
        builder.durability(given.value(
                "tracking.durability",
                TrackingDurability.COMMITTED,
                "committed or buffered",
                text -> constant(TrackingDurability.values(), text),
                TrackingSettings::word));
        List<String> scanners = given.names("tracking.scanners");
        Duration within = given.duration("tracking.scannersWithin", TrackingBuilder.DEFAULT_SOON);
        check("tracking.scanners", () -> builder.scanners(scanners, within));
        List<String> proxies = given.names("tracking.trustedProxies");
        check("tracking.trustedProxies", () -> builder.trustedProxies(proxies));
        if (urls == null) {
            if (on && !given.has("publicUrl")) {
                given.problem("publicUrl", "is missing: tracking needs the address at which recipients reach it");
            }
            return null;
        }
        return builder.publicUrls(urls).build();
    }

    private void switches() {
        given.forEach((key, value) -> {
            int dot = key.lastIndexOf('.');
            if (key.startsWith(TENANTS)) {
                String tenant = key.substring(TENANTS.length(), dot);
                if (!tenants.contains(tenant)) {
                    given.problem(key, "'" + tenant + "' is no tenant; there are " + tenants);
                }
                builder.tenant(tenant, option(key));
            } else if (key.startsWith(STREAMS) && SWITCHES.stream().anyMatch(key::endsWith)) {
                builder.stream(key.substring(STREAMS.length(), dot), option(key));
            }
        });
    }

    private Consumer<TrackingSwitch> option(String key) {
        boolean flag = flag(key);
        return key.toLowerCase(Locale.ROOT).endsWith("opens") ? s -> s.opens(flag) : s -> s.clicks(flag);
    }

    private void utm() {
        Map<String, String> templates = new TreeMap<>();
        given.forEach((key, value) -> {
            if (key.startsWith(UTM)) {
                String template = given.text(key, "");
                Map<String, String> alone = Map.of(key.substring(UTM.length()), template);
                check(key, () -> {
                    builder.utm(alone);
                    templates.putAll(alone);
                });
            }
        });
        builder.utm(templates);
    }

    private boolean flag(String key) {
        boolean flag = given.flag(key);
        on |= flag;
        return flag;
    }

    private void check(String key, Runnable trial) {
        try {
            trial.run();
        } catch (MailerConfigException e) {
            given.problem(e.option().startsWith(key) ? e.option() : key, e.problem());
        }
    }

    private static <E extends Enum<E>> @Nullable E constant(E[] constants, String text) {
        for (E constant : constants) {
            if (word(constant).equals(text.toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        return null;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
