// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/** The bytes of a webhook and its id, the same on each try. */
record Payload(String id, Bytes body) {
    private static final int OCTETS = 16;

    /** Different for each endpoint and event, also of other ledgers: endpoints have random ids, or the time when they were made. */
    static byte[] digest(Endpoint endpoint, long event) {
        String text = endpoint.tenant() + "|" + endpoint.id() + "|"
                + endpoint.createdAt().toEpochMilli() + "|" + event;
        try {
            return Arrays.copyOf(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)), OCTETS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String id(Endpoint endpoint, long event) {
        return "msg_" + HexFormat.of().formatHex(digest(endpoint, event));
    }

    /**
     * A test, in the format of its endpoint.
     *
     * @param id 16 octets, different for each
     */
    static Payload test(Known known, byte[] id, Instant at) {
        byte[] body = known.config().options().format() == WebhookFormat.POSTAL
                ? PostalPayload.test(known.id(), at, UUID.nameUUIDFromBytes(id))
                : StandardPayload.test(known.id(), at);
        return new Payload("msg_" + HexFormat.of().formatHex(id), Bytes.wrap(body));
    }

    static UUID uuid(Endpoint endpoint, long event) {
        return UUID.nameUUIDFromBytes(digest(endpoint, event));
    }
}
