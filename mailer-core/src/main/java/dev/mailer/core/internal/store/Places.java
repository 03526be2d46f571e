// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import java.time.Instant;
import java.util.UUID;

/**
 * Names of what is encrypted: the owner of a data key with its tenant, and the column and row of each text under it. They are bound to
 * what is stored, so they are part of the schema. Texts about a delivery are bound to it, and its address to its look-up hash, which
 * is known before the delivery has an id.
 */
final class Places {
    static final String SUMMARY = "mailer_message.sealed";
    static final String DOCUMENT = "mailer_content.document";
    static final String RAW = "mailer_content.raw";
    static final String SUPPRESSED_ADDRESS = "mailer_suppression.address";

    private Places() {}

    static String message(String tenant, UUID id) {
        return tenant + "|mailer_message|" + id;
    }

    static String blob(String tenant, long id) {
        return tenant + "|mailer_blob|" + id;
    }

    static String suppression(String tenant, Bytes hash, long stream, String reason) {
        return tenant + "|mailer_suppression|" + hash.toHex() + "/" + stream + "/" + reason;
    }

    static String ledgerKey(String purpose, int version) {
        return "|mailer_key|" + purpose + "/" + version;
    }

    static String suppressionChange(long id) {
        return "mailer_suppression_change.address/" + id;
    }

    static String tokenKey(int version) {
        return "mailer_token_key.secret/" + version;
    }

    static String recipient(Bytes lookupHash) {
        return "mailer_delivery.recipient/" + lookupHash.toHex();
    }

    static String outcome(long delivery) {
        return "mailer_delivery.outcome/" + delivery;
    }

    static String detail(long delivery, int type, int attempt, Instant at) {
        return "mailer_event.detail/" + delivery + "/" + type + "/" + attempt + "/" + Times.millis(at);
    }

    static String chunk(int n) {
        return "mailer_chunk.data/" + n;
    }

    static String parking(long stream, String domain) {
        return "mailer_queue.reason/" + stream + "/" + domain;
    }

    static String webhook(String id) {
        return "mailer_webhook.config/" + id;
    }

    static String excerpt(String webhook, long event, int n) {
        return "mailer_webhook_attempt.excerpt/" + webhook + "/" + event + "/" + n;
    }
}
