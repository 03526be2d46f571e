// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.SuppressionStore.Reason;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What commands about the suppression list are told, as the API has it. */
final class SuppressionFlags {
    private SuppressionFlags() {}

    /** Those of stream and reason that are given, by name; others can be put to them. */
    static Map<String, String> given(@Nullable String stream, @Nullable String reason) {
        Map<String, String> given = new LinkedHashMap<>();
        put(given, "stream", stream);
        put(given, "reason", reason(reason));
        return given;
    }

    /** Where there is a value. */
    static void put(Map<String, String> given, String name, @Nullable String value) {
        if (value != null) {
            given.put(name, value);
        }
    }

    /** An address as the list has it. */
    static String key(String address) {
        try {
            return Address.of(address).key();
        } catch (InvalidEmailException e) {
            throw new CommandException(ExitCodes.USAGE, "'" + address + "': " + e.getMessage());
        }
    }

    static @Nullable String reason(@Nullable String text) {
        List<String> all = Arrays.stream(Reason.values())
                .map(r -> r.name().toLowerCase(Locale.ROOT))
                .toList();
        if (text == null || all.contains(text.toLowerCase(Locale.ROOT))) {
            return text == null ? null : text.toLowerCase(Locale.ROOT);
        }
        throw new CommandException(
                ExitCodes.USAGE, "--reason: is '" + text + "', must be one of " + String.join(", ", all));
    }
}
