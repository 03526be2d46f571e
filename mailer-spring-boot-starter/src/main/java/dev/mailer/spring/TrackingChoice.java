// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.Email;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.tracking.AddressDetail;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingBuilder;
import dev.mailer.tracking.TrackingDurability;
import dev.mailer.tracking.TrackingPlugin;
import dev.mailer.tracking.TrackingSwitch;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What tracks, as the properties say. Loaded only where {@code mailer-tracking} is there. */
final class TrackingChoice {
    private TrackingChoice() {}

    /** @throws MailerConfigException names the property */
    static MailerPlugin of(MailerSettings settings, PublicUrls urls) {
        TrackingBuilder builder = TrackingPlugin.builder().publicUrls(urls);
        settings.getStreams()
                .forEach((name, stream) ->
                        builder.stream(name, s -> apply(s, stream.trackOpens(), stream.trackClicks())));
        TrackingSettings tracking = settings.getTracking();
        if (tracking != null) {
            checkTenants(tracking, settings.getTenants());
            apply(tracking, builder);
        }
        return builder.build();
    }

    /** A name that is none would track nothing, and nobody would see why. */
    private static void checkTenants(TrackingSettings tracking, Set<String> given) {
        Set<String> tenants = new LinkedHashSet<>(List.of(Email.DEFAULT_TENANT));
        tenants.addAll(given);
        ifSet(
                tracking.tenants(),
                tracked -> tracked.forEach((name, tenant) -> {
                    if (!tenants.contains(name)) {
                        throw new MailerConfigException(
                                "tracking.tenants." + name + (tenant.opens() == null ? ".clicks" : ".opens"),
                                "'" + name + "' is no tenant; there are " + tenants);
                    }
                }));
    }

    private static void apply(TrackingSettings tracking, TrackingBuilder builder) {
        ifSet(tracking.opens(), builder::opens);
        ifSet(tracking.clicks(), builder::clicks);
        ifSet(
                tracking.tenants(),
                tenants -> tenants.forEach(
                        (name, tenant) -> builder.tenant(name, s -> apply(s, tenant.opens(), tenant.clicks()))));
        ifSet(tracking.text(), builder::text);
        ifSet(tracking.exclude(), hosts -> hosts.forEach(builder::exclude));
        ifSet(tracking.utm(), builder::utm);
        ifSet(
                tracking.addresses(),
                word -> builder.addresses(constant("tracking.addresses", AddressDetail.values(), word)));
        ifSet(
                tracking.durability(),
                word -> builder.durability(constant("tracking.durability", TrackingDurability.values(), word)));
        ifSet(tracking.honeypot(), builder::honeypot);
        builder.scanners(
                tracking.scanners() == null ? List.of() : tracking.scanners(),
                tracking.scannersWithin() == null ? TrackingBuilder.DEFAULT_SOON : tracking.scannersWithin());
        ifSet(tracking.trustedProxies(), builder::trustedProxies);
    }

    private static void apply(TrackingSwitch s, @Nullable Boolean opens, @Nullable Boolean clicks) {
        ifSet(opens, s::opens);
        ifSet(clicks, s::clicks);
    }

    private static <E extends Enum<E>> E constant(String option, E[] constants, String word) {
        for (E constant : constants) {
            if (constant.name().equalsIgnoreCase(word)) {
                return constant;
            }
        }
        String known = Stream.of(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw new MailerConfigException(option, "'" + word + "' is none of " + known);
    }

    private static <T> void ifSet(@Nullable T value, Consumer<T> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}
