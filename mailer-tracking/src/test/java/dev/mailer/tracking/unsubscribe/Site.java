// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.HttpEndpoint.Request;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.tracking.FakeDraft;
import dev.mailer.tracking.FakeEngine;
import dev.mailer.tracking.FakeTokens;
import dev.mailer.tracking.PublicUrls;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The plugin with stand-ins for the ledger, and somebody who visits its pages. */
final class Site {
    static final String URL = "https://mail.example.com";
    static final String FORM = "application/x-www-form-urlencoded";

    private final FakeSubscriptions subscriptions = new FakeSubscriptions();
    final FakeEngine context = new FakeEngine(subscriptions);
    final UnsubscribePlugin plugin;

    Site() {
        this(options -> {});
    }

    Site(Consumer<UnsubscribeBuilder> options) {
        UnsubscribeBuilder builder = UnsubscribePlugin.builder().publicUrls(PublicUrls.of(URL));
        options.accept(builder);
        plugin = builder.build();
        plugin.configure(context);
    }

    FakeSubscriptions ledger() {
        return subscriptions;
    }

    FakeDraft edited(FakeDraft draft) {
        context.edit(draft);
        return draft;
    }

    HttpEndpoint endpoint() {
        return context.endpoints.get(0);
    }

    static String token(UnsubscribeToken token) {
        return new FakeTokens().sign(UnsubscribeToken.PURPOSE, token.toBytes(), Instant.EPOCH);
    }

    /** That of a mail of a stream to jo@example.org. */
    static String token(String stream) {
        return token(new UnsubscribeToken(FakeDraft.DELIVERY, "default", stream, "jo@example.org"));
    }

    Response get(String path) {
        return send("GET", path, Map.of(), Bytes.EMPTY);
    }

    Response get(String path, String languages) {
        return send("GET", path, Map.of("accept-language", List.of(languages)), Bytes.EMPTY);
    }

    Response post(String path, String form) {
        return post(path, FORM, form);
    }

    Response post(String path, String type, String body) {
        return send(
                "POST", path, Map.of("content-type", List.of(type)), Bytes.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    Response send(String method, String path, Map<String, List<String>> headers, Bytes body) {
        return send(method, path, Map.of(), headers, body);
    }

    Response send(
            String method, String path, Map<String, String> query, Map<String, List<String>> headers, Bytes body) {
        return endpoint().handle(new Request(method, path, query, headers, body, "192.0.2.1"));
    }
}
