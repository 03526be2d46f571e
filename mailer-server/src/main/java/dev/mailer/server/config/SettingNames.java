// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every name a setting can have, and how environment variables spell them. */
public final class SettingNames {
    /** The fixed names, in the order of the documentation; {@code *} stands for a name of the user's choice. */
    public static final List<String> ALL = List.of(
            "data",
            "server.host",
            "server.port",
            "server.bodySize",
            "server.shutdown",
            "server.open",
            "store",
            "transport",
            "transports.*",
            "tls.authorities",
            "tls.certificate",
            "tls.key",
            "tls.keyFile",
            "tenants",
            "streams.*.weight",
            "streams.*.reserved",
            "streams.*.transport",
            "streams.*.unsubscribe",
            "streams.*.listId",
            "streams.*.trackOpens",
            "streams.*.trackClicks",
            "retry.first",
            "retry.longest",
            "retry.lifetime",
            "retry.jitter",
            "limits.messageSize",
            "limits.maxUnsettled",
            "limits.bytesInFlight",
            "limits.waitingSubmissions",
            "limits.slots",
            "limits.slowCalls",
            "limits.lease",
            "retention.content",
            "retention.messages",
            "retention.idempotencyKeys",
            "suppression.bounces",
            "suppression.complaints",
            "encryption.key",
            "encryption.oldKeys",
            "dkim.*.domain",
            "dkim.*.selector",
            "dkim.*.key",
            "dkim.*.keyFile",
            "dkim.*.from",
            "smime.identities.*.sender",
            "smime.identities.*.key",
            "smime.identities.*.keyFile",
            "smime.identities.*.passphrase",
            "smime.certificates",
            "smime.secret",
            "smime.missing",
            "smime.encryption",
            "publicUrl",
            "publicUrls.*",
            "unsubscribe.mailto",
            "unsubscribe.streams",
            "unsubscribe.titles.*",
            "unsubscribe.language",
            "unsubscribe.theme.title",
            "unsubscribe.theme.logo",
            "unsubscribe.theme.color",
            "unsubscribe.theme.background",
            "unsubscribe.theme.css",
            "unsubscribe.theme.footer",
            "unsubscribe.themes.*.title",
            "unsubscribe.themes.*.logo",
            "unsubscribe.themes.*.color",
            "unsubscribe.themes.*.background",
            "unsubscribe.themes.*.css",
            "unsubscribe.themes.*.footer",
            "tracking.opens",
            "tracking.clicks",
            "tracking.tenants.*.opens",
            "tracking.tenants.*.clicks",
            "tracking.text",
            "tracking.exclude",
            "tracking.utm.*",
            "tracking.addresses",
            "tracking.durability",
            "tracking.honeypot",
            "tracking.scanners",
            "tracking.scannersWithin",
            "tracking.trustedProxies",
            "webhooks.endpoints.*.url",
            "webhooks.endpoints.*.secret",
            "webhooks.endpoints.*.types",
            "webhooks.endpoints.*.streams",
            "webhooks.endpoints.*.format",
            "webhooks.endpoints.*.header",
            "webhooks.endpoints.*.description",
            "webhooks.endpoints.*.tenant",
            "webhooks.allow",
            "webhooks.http",
            "webhooks.timeout",
            "webhooks.disableAfter",
            "webhooks.keep",
            "webhooks.perEndpoint",
            "webhooks.together",
            "webhooks.postal.key",
            "templates",
            "plugins",
            "plugins.folder",
            "nodeName",
            "hostName",
            "log.format",
            "log.level");

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}";

    private SettingNames() {}

    static boolean isKnown(String key) {
        return ALL.stream()
                .anyMatch(known -> known.contains("*")
                        ? key.matches(Pattern.quote(known).replace("*", "\\E" + NAME + "\\Q"))
                        : known.equals(key));
    }

    /** {@code retention.idempotencyKeys} as {@code MAILER_RETENTION_IDEMPOTENCY_KEYS}. */
    public static String variable(String key) {
        return "MAILER_"
                + key.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The setting that a variable stands for; null when it stands for none. Names of the user's choice are read in lower case. */
    static @Nullable String ofVariable(String variable) {
        for (String known : ALL) {
            if (!known.contains("*")) {
                if (variable(known).equals(variable)) {
                    return known;
                }
                continue;
            }
            String pattern = variable(known).replace("*", "([A-Z0-9][A-Z0-9_]*)");
            Matcher matcher = Pattern.compile(pattern).matcher(variable);
            if (matcher.matches()) {
                return known.replace("*", matcher.group(1).toLowerCase(Locale.ROOT));
            }
        }
        return null;
    }

    /** {@code ; did you mean server.port?}, or nothing when no name is near. */
    static String suggestion(String key) {
        String nearest = "";
        int best = Math.max(2, key.length() / 3) + 1;
        for (String known : ALL) {
            int distance =
                    distance(key.toLowerCase(Locale.ROOT), filled(known, key).toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                nearest = filled(known, key);
            }
        }
        return nearest.isEmpty() ? "" : "; did you mean " + nearest + "?";
    }

    /** The known name with the user's own word where it has a star, when the key is of that kind. */
    private static String filled(String known, String key) {
        int star = known.indexOf('*');
        if (star < 0 || !key.startsWith(known.substring(0, star))) {
            return known;
        }
        int dot = key.indexOf('.', star);
        return known.replace("*", dot < 0 ? key.substring(star) : key.substring(star, dot));
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
