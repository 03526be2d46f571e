// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Composes, signs and sends. Thread-safe. */
final class RequestMaker {
    private final HttpSender sender;
    private final EndpointRules rules;
    private final @Nullable PostalKey postal;
    private final InstantSource clock;

    RequestMaker(HttpSender sender, EndpointRules rules, @Nullable PostalKey postal, InstantSource clock) {
        this.sender = sender;
        this.rules = rules;
        this.postal = postal;
        this.clock = clock;
    }

    Answer send(Job job) {
        return send(job.known(), payload(job));
    }

    static Payload payload(Job job) {
        byte[] body = job.known().config().options().format() == WebhookFormat.POSTAL
                ? PostalPayload.of(
                        job.event(),
                        job.mail(),
                        Payload.uuid(job.known().endpoint(), job.event().id()))
                : StandardPayload.of(job.event(), job.mail());
        return new Payload(Payload.id(job.known().endpoint(), job.event().id()), Bytes.wrap(body));
    }

    Answer send(Known known, Payload payload) {
        WebhookOptions options = known.config().options();
        try {
            return sender.post(
                    rules.url(options.url()),
                    headers(known.config(), payload, clock.instant()),
                    payload.body().unsafeArray());
        } catch (InvalidWebhookException e) {
            return new Answer(0, Duration.ZERO, "refused", e.getMessage() == null ? "" : e.getMessage(), null);
        }
    }

    Map<String, String> headers(EndpointConfig config, Payload payload, Instant now) {
        Map<String, String> headers = new TreeMap<>(config.options().headers());
        long timestamp = now.getEpochSecond();
        String signatures = config.secrets(now).stream()
                .map((Secret s) -> SigningSecret.of(s)
                        .sign(payload.id(), timestamp, payload.body().unsafeArray()))
                .collect(Collectors.joining(" "));
        for (String brand : new String[] {"webhook", "svix"}) {
            headers.put(brand + "-id", payload.id());
            headers.put(brand + "-timestamp", String.valueOf(timestamp));
            headers.put(brand + "-signature", signatures);
        }
        if (config.options().format() == WebhookFormat.POSTAL && postal != null) {
            headers.putAll(postal.headers(payload.body().unsafeArray()));
        }
        return headers;
    }
}
