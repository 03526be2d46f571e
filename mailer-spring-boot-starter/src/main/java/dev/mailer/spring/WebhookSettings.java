// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Webhooks: the properties {@code webhooks.*}.
 *
 * @param endpoints Who is told, by name.
 * @param allow Networks that are not of the public Internet and may be told, such as 10.1.0.0/16.
 * @param http Whether URLs without TLS are allowed.
 * @param timeout Of a request as a whole.
 * @param disableAfter How long an endpoint may fail without one success.
 * @param keep How long deliveries are kept when they have ended.
 * @param perEndpoint Requests at a time to one endpoint.
 * @param together Requests at a time to all endpoints; beyond it each still gets one, until there are eight times as many.
 * @param postalKey The RSA key that the format postal is signed with: PKCS#8 in PEM or base64.
 */
public record WebhookSettings(
        @Nullable Map<String, Target> endpoints,
        @Nullable List<String> allow,
        @DefaultValue("false") boolean http,
        @Nullable Duration timeout,
        @Nullable Duration disableAfter,
        @Nullable Duration keep,
        @Nullable Integer perEndpoint,
        @Nullable Integer together,
        @Nullable String postalKey) {
    /** The key is not shown. */
    @Override
    public String toString() {
        return "WebhookSettings[endpoints=" + endpoints + ", allow=" + allow + "]";
    }

    /**
     * Who is told of events.
     *
     * @param url Where requests go.
     * @param secret What they are signed with: whsec_ or whsk_ and base64; several while they are changed.
     * @param types Types of events such as delivered; all by default.
     * @param streams Streams; all by default.
     * @param format The format: standard or postal.
     * @param headers Sent along with each request.
     * @param description For people.
     * @param tenant Whose events.
     */
    public record Target(
            @Nullable String url,
            @Nullable List<String> secret,
            @Nullable List<String> types,
            @Nullable List<String> streams,
            @Nullable String format,
            @Nullable Map<String, String> headers,
            @Nullable String description,
            @Nullable String tenant) {
        /** The secrets are not shown. */
        @Override
        public String toString() {
            return "Target[types=" + types + "]";
        }
    }
}
