// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.tracking.internal.verdict.Networks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom a request is from: the peer, or whom a proxy that is trusted names before it. */
final class ClientAddress {
    private final Networks proxies;

    ClientAddress(Networks proxies) {
        this.proxies = proxies;
    }

    /** Null where that is no address. */
    @Nullable
    String of(HttpEndpoint.Request request) {
        String client = Networks.canonical(request.remoteAddress());
        List<String> named = named(request);
        for (int i = named.size() - 1; i >= 0 && proxies.contains(client); i--) {
            String before = Networks.canonical(withoutPort(named.get(i).strip()));
            if (before == null) {
                return client;
            }
            client = before;
        }
        return client;
    }

    private static List<String> named(HttpEndpoint.Request request) {
        List<String> named = new ArrayList<>();
        for (String line : request.headers().getOrDefault("x-forwarded-for", List.of())) {
            named.addAll(List.of(line.split(",", -1)));
        }
        return named;
    }

    /** Some proxies write {@code 192.0.2.1:4711} and {@code [2001:db8::1]:4711}. */
    private static String withoutPort(String text) {
        int colon = text.lastIndexOf(':');
        boolean port = text.startsWith("[") ? text.lastIndexOf(']') < colon : text.indexOf(':') == colon;
        return colon > 0 && port ? text.substring(0, colon) : text;
    }
}
