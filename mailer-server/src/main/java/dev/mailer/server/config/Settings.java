// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.Secret;
import dev.mailer.core.MailerBuilder;
import dev.mailer.webhooks.WebhooksBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the program runs with, complete and checked. Immutable.
 *
 * @param signing the keys that mail is signed with
 * @param tls what SMTP servers are verified by, and what is shown to them; null for what the platform has
 * @param engine sets the engine's options, except store, transports and plugins
 * @param webhooks the endpoints and bounds of webhooks
 * @param shown every setting with its effective value, secrets redacted, and where it came from
 * @param warnings what was ignored, or is not as safe as it should be
 */
public record Settings(
        Path home,
        Server server,
        Log log,
        Mail mail,
        List<SigningKey> signing,
        @Nullable SSLContext tls,
        Consumer<MailerBuilder> engine,
        Supplier<WebhooksBuilder> webhooks,
        List<Shown> shown,
        List<String> warnings) {
    /** The folder for everything that is kept, by default. */
    public static final Path DEFAULT_HOME = Path.of("mailer-data");
    /** The file that is read when it exists and no other is named. */
    public static final Path DEFAULT_FILE = Path.of("mailer.conf");

    public Settings {
        signing = List.copyOf(signing);
        shown = List.copyOf(shown);
        warnings = List.copyOf(warnings);
    }

    /** The folder of templates; null when there is none. */
    public @Nullable Path templates() {
        String folder = shownValue("templates");
        return folder.isEmpty() ? null : Path.of(folder);
    }

    /** The value of a setting as people see it; empty when it is not set. */
    public String shownValue(String key) {
        return shown.stream()
                .filter(s -> s.key().equals(key))
                .findFirst()
                .map(Shown::value)
                .orElse("");
    }

    /** Parts that are meant for this machine only, unless opened. */
    public enum Part {
        MAILBOX,
        METRICS
    }

    /**
     * The HTTP server.
     *
     * @param host the address to bind; loopback by default
     * @param port 0 takes a free one
     * @param bodySize largest request in bytes; lists of bytes count as base64 would
     * @param shutdown how long an orderly end may take
     * @param open parts that answer without a key from elsewhere than this machine
     */
    public record Server(String host, int port, long bodySize, Duration shutdown, Set<Part> open) {
        public static final String DEFAULT_HOST = "127.0.0.1";
        public static final int DEFAULT_PORT = 8080;
        public static final long DEFAULT_BODY_SIZE = 40L * 1024 * 1024;
        public static final Duration DEFAULT_SHUTDOWN = MailerBuilder.DEFAULT_CLOSE_TIMEOUT;

        public Server {
            open = Set.copyOf(open);
        }
    }

    /** How logs look. */
    public record Log(Format format, String level) {
        /** {@code AUTO} is text on a terminal and JSON elsewhere. */
        public enum Format {
            AUTO,
            JSON,
            TEXT
        }
    }

    /**
     * Where mail is kept and which way it goes.
     *
     * @param transports by name; {@value MailerBuilder#DEFAULT_TRANSPORT} is the one used unless a router says otherwise.
     *     Empty: the dev mailbox
     * @param plugins names of plugins to install
     * @param pluginFolder null when there is none
     * @param messageSize largest mail in bytes, which the engine checks
     * @param tenants whoever mail may be sent for, the default one among them
     */
    public record Mail(
            String store,
            Map<String, String> transports,
            List<String> plugins,
            @Nullable Path pluginFolder,
            long messageSize,
            Set<String> tenants) {
        public Mail {
            transports = Map.copyOf(transports);
            plugins = List.copyOf(plugins);
            tenants = Collections.unmodifiableSet(new LinkedHashSet<>(tenants));
        }
    }

    /** A key that mail of the domain is signed with. */
    public record SigningKey(String domain, String selector, Secret key) {}

    /** One setting for people. */
    public record Shown(String key, String value, String origin) {}
}
