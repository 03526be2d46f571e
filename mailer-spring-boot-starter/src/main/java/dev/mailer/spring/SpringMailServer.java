// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * The server of {@code spring.mail.*} as the address of a transport, so that an application that has one need not name it twice. What
 * is safer here stays so: a password goes over TLS, unless the server is this machine, and names are verified.
 */
final class SpringMailServer {
    private static final Logger log = LoggerFactory.getLogger(SpringMailServer.class);
    /** What JavaMail takes unless a port is set. */
    private static final int SMTP = 25;

    private static final int SMTPS = 465;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private final Settings settings;

    private SpringMailServer(Settings settings) {
        this.settings = settings;
    }

    /** Null where no host is set. */
    static @Nullable SpringMailServer of(Environment environment) {
        Settings settings = Binder.get(environment)
                .bind("spring.mail", Bindable.of(Settings.class))
                .orElse(null);
        return settings == null || settings.host() == null || settings.host().isBlank()
                ? null
                : new SpringMailServer(settings);
    }

    @Nullable
    String sslBundle() {
        return settings.ssl().bundle();
    }

    /** The address; a warning names the properties that have no counterpart. */
    String uri() {
        boolean implicit = settings.protocol().equals("smtps") || settings.ssl().enabled() || is("ssl.enable");
        String user = user();
        JakartaMailOptions more = new JakartaMailOptions(this::property, user != null);
        Map<String, String> options = options(implicit, user != null);
        options.putAll(more.options());
        StringBuilder uri = new StringBuilder(implicit ? "smtps://" : "smtp://");
        if (user != null) {
            uri.append(encode(user))
                    .append(':')
                    .append(encode(String.valueOf(settings.password())))
                    .append('@');
        }
        Integer port = settings.port();
        uri.append(host()).append(':').append(port == null || port < 1 ? (implicit ? SMTPS : SMTP) : port);
        String separator = "?";
        for (Map.Entry<String, String> option : options.entrySet()) {
            uri.append(separator).append(option.getKey()).append('=').append(encode(option.getValue()));
            separator = "&";
        }
        warnOfTheRest(more.unmapped());
        return uri.toString();
    }

    /** Who logs in; null when nobody does: as with JavaMail, that takes a user and a password, and an empty one is none. */
    private @Nullable String user() {
        if (isBlank(settings.username())) {
            return null;
        }
        if (!isBlank(settings.password())) {
            return settings.username();
        }
        if (is("auth")) {
            throw new MailerConfigException(
                    "spring.mail.password",
                    "is missing, and spring.mail.username and mail.smtp.auth ask for a login; set it, or leave them out");
        }
        log.warn("there is no login at the server of spring.mail, because spring.mail.password is missing");
        return null;
    }

    private static boolean isBlank(@Nullable String value) {
        return value == null || value.isBlank();
    }

    private String host() {
        String host = String.valueOf(settings.host()).strip();
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private Map<String, String> options(boolean implicit, boolean login) {
        Map<String, String> options = new LinkedHashMap<>();
        if (!implicit && is("starttls.required")) {
            options.put("tls", "required");
        } else if (!implicit && login && !is("starttls.enable") && LOOPBACK.contains(host())) {
            options.put("tls", "never");
        }
        millis("connectiontimeout", "connectTimeout", options);
        millis("timeout", "readTimeout", options);
        millis("writetimeout", "writeTimeout", options);
        String ehlo = property("localhost");
        if (ehlo != null) {
            options.put("ehlo", ehlo);
        }
        return options;
    }

    private void millis(String theirs, String ours, Map<String, String> options) {
        String value = property(theirs);
        if (value != null && value.matches("[1-9]\\d{0,8}")) {
            options.put(ours, value + "ms");
        }
    }

    private boolean is(String name) {
        return Boolean.parseBoolean(property(name));
    }

    /** With the prefix of either protocol. */
    private @Nullable String property(String name) {
        String value = settings.properties().get("mail." + settings.protocol() + "." + name);
        return value == null ? settings.properties().get("mail.smtp." + name) : value;
    }

    /** @param unmapped what the values that have no counterpart could be replaced by */
    private void warnOfTheRest(Map<String, String> unmapped) {
        Set<String> read = Set.of(
                "auth",
                "ssl.enable",
                "starttls.required",
                "starttls.enable",
                "connectiontimeout",
                "timeout",
                "writetimeout",
                "localhost",
                "from",
                "host",
                "port");
        List<String> unread = new ArrayList<>();
        for (String name : new TreeSet<>(settings.properties().keySet())) {
            String bare = name.replaceFirst("^mail\\.smtps?\\.", "");
            if (unmapped.containsKey(bare)) {
                unread.add("spring.mail.properties." + name + " (" + unmapped.get(bare) + ")");
            } else if (!read.contains(bare)
                    && !JakartaMailOptions.NAMES.contains(bare)
                    && !name.startsWith("mail.mime.")) {
                unread.add("spring.mail.properties." + name);
            }
        }
        if (!settings.ssl().verifyHostname()) {
            unread.add("spring.mail.ssl.verify-hostname");
        }
        if (!unread.isEmpty()) {
            log.warn(
                    "the transport made of spring.mail has no counterpart for {}; set mailer.transport to leave them",
                    unread);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The part of {@code spring.mail} that is read. */
    record Settings(
            @Nullable String host,
            @Nullable Integer port,
            @Nullable String username,
            @Nullable String password,
            @DefaultValue("smtp") String protocol,
            @DefaultValue Map<String, String> properties,
            @DefaultValue Ssl ssl) {}

    /** The part of {@code spring.mail.ssl} that is read. */
    record Ssl(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("true") boolean verifyHostname,
            @Nullable String bundle) {}
}
