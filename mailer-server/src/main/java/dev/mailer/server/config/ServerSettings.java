// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code server.*} and {@code log.*}: how the process answers and what it says. For one thread. */
final class ServerSettings {
    private final GivenSettings given;

    ServerSettings(GivenSettings given) {
        this.given = given;
    }

    Settings.Server server() {
        return new Settings.Server(
                given.value(
                        "server.host", Settings.Server.DEFAULT_HOST, "a host name or address", Values::host, h -> h),
                given.number("server.port", Settings.Server.DEFAULT_PORT, 0, 65_535),
                given.size("server.bodySize", Settings.Server.DEFAULT_BODY_SIZE, 1_024, 1L << 30),
                given.duration("server.shutdown", Settings.Server.DEFAULT_SHUTDOWN),
                given.value(
                        "server.open",
                        Set.of(),
                        "a list of mailbox, metrics",
                        ServerSettings::parts,
                        ServerSettings::print));
    }

    Settings.Log log() {
        return new Settings.Log(
                given.value(
                        "log.format",
                        Settings.Log.Format.AUTO,
                        "auto, json or text",
                        ServerSettings::format,
                        f -> f.name().toLowerCase(Locale.ROOT)),
                given.value("log.level", "info", "error, warn, info, debug or trace", ServerSettings::level, l -> l));
    }

    private static @Nullable Set<Settings.Part> parts(String text) {
        Set<Settings.Part> parts = EnumSet.noneOf(Settings.Part.class);
        for (String name : text.split("[,\\s]+", -1)) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "mailbox" -> parts.add(Settings.Part.MAILBOX);
                case "metrics" -> parts.add(Settings.Part.METRICS);
                case "" -> {}
                default -> {
                    return null;
                }
            }
        }
        return parts;
    }

    private static String print(Set<Settings.Part> parts) {
        return parts.stream()
                .sorted()
                .map(part -> part.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static Settings.Log.@Nullable Format format(String text) {
        for (Settings.Log.Format format : Settings.Log.Format.values()) {
            if (format.name().equalsIgnoreCase(text)) {
                return format;
            }
        }
        return null;
    }

    private static @Nullable String level(String text) {
        String level = text.toLowerCase(Locale.ROOT);
        return List.of("error", "warn", "info", "debug", "trace").contains(level) ? level : null;
    }
}
