// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What properties of Jakarta Mail mean as options of a transport, for those whose value has to be looked at. A value that has no
 * counterpart is told with what there is in its place. For one thread.
 */
final class JakartaMailOptions {
    /** The properties that are read, without {@code mail.smtp.}. */
    static final Set<String> NAMES = Set.of(
            "localaddress",
            "socks.host",
            "socks.port",
            "proxy.host",
            "proxy.port",
            "proxy.user",
            "proxy.password",
            "dsn.notify",
            "dsn.ret",
            "auth.mechanisms",
            "chunksize");

    private static final Set<String> PASSWORD_MECHANISMS = Set.of("SCRAM-SHA-256", "PLAIN", "LOGIN", "CRAM-MD5");
    private static final Set<String> TOKEN_MECHANISMS = Set.of("OAUTHBEARER", "XOAUTH2");

    /** Those of Jakarta Mail, which differ from ours. */
    private static final int SOCKS_PORT = 1080;

    private static final int HTTP_PORT = 80;

    private final Function<String, @Nullable String> property;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final Map<String, String> unmapped = new TreeMap<>();

    /** @param property the value of one of {@link #NAMES}; null when it is not set */
    JakartaMailOptions(Function<String, @Nullable String> property, boolean login) {
        this.property = property;
        localAddress();
        if (value("proxy.host") != null) {
            proxy("http", "proxy", HTTP_PORT);
        } else if (value("socks.host") != null) {
            proxy("socks5", "socks", SOCKS_PORT);
        }
        notices();
        mechanisms(login);
        String chunk = value("chunksize");
        if (chunk != null && chunk.matches("0*[1-9]\\d*")) {
            options.put("chunking", "offered");
        }
    }

    /** By name, values not encoded. */
    Map<String, String> options() {
        return options;
    }

    /** The properties whose values have no counterpart, each with what there is. */
    Map<String, String> unmapped() {
        return unmapped;
    }

    private void localAddress() {
        String local = value("localaddress");
        if (local != null && local.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            options.put("sourceAddress", local);
        } else if (local != null) {
            unmapped.put("localaddress", "option sourceAddress takes an address and no name");
        }
    }

    /** As Jakarta Mail reads it, the host may have the port behind it. */
    private void proxy(String scheme, String kind, int usualPort) {
        String host = String.valueOf(value(kind + ".host"));
        int colon = host.indexOf(':');
        String port = value(kind + ".port");
        String behind = colon < 0 ? String.valueOf(usualPort) : host.substring(colon + 1);
        String user = kind.equals("proxy") ? value("proxy.user") : null;
        String password = kind.equals("proxy") ? value("proxy.password") : null;
        String login = user == null ? "" : encode(user) + ":" + encode(password == null ? "" : password) + "@";
        options.put(
                "proxy",
                scheme + "://" + login + (colon < 0 ? host : host.substring(0, colon)) + ":"
                        + (port == null ? behind : port));
    }

    private void notices() {
        String events = value("dsn.notify");
        if (events != null) {
            options.put("dsn", events.replaceAll("\\s+", "").toLowerCase(Locale.ROOT));
        }
        String back = value("dsn.ret");
        if (back != null && !back.equalsIgnoreCase("HDRS")) {
            unmapped.put("dsn.ret", "notices have the header alone, RET=HDRS");
        }
    }

    /** Of several for a password, the best that the server offers is taken anyway. */
    private void mechanisms(boolean login) {
        String all = value("auth.mechanisms");
        if (all == null) {
            return;
        }
        List<String> known = Arrays.stream(all.toUpperCase(Locale.ROOT).split("[\\s,]+", -1))
                .filter(m -> PASSWORD_MECHANISMS.contains(m) || TOKEN_MECHANISMS.contains(m))
                .toList();
        if (known.isEmpty()) {
            unmapped.put(
                    "auth.mechanisms",
                    "option auth takes scram-sha-256, plain, login, cram-md5, oauthbearer or xoauth2");
        } else if (login && (known.size() == 1 || TOKEN_MECHANISMS.contains(known.get(0)))) {
            options.put("auth", known.get(0).toLowerCase(Locale.ROOT));
        }
    }

    private @Nullable String value(String name) {
        String value = property.apply(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
