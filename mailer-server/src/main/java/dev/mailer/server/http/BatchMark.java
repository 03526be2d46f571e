// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One idempotency key for a whole batch. Each mail gets a key of its own made from it, and a mark that changes with any mail of
 * the batch, so that the same key with another batch is a conflict even for the mails that did not change.
 */
final class BatchMark {
    /** The metadata entry that holds the mark. */
    private static final String ENTRY = "mailer-batch";

    private final String key;
    private final String content;

    private BatchMark(String key, String content) {
        this.key = key;
        this.content = content;
    }

    static BatchMark of(String idempotencyKey, String batch) {
        return new BatchMark(hash(idempotencyKey), hash(batch));
    }

    /** @throws InvalidEmailException there is no room for the mark, or the mail has one of its own */
    Email.Builder put(Email.Builder email, int index) {
        return email.idempotencyKey("batch:" + key + ":" + index).metadata(ENTRY, content);
    }

    /** What the caller gave. */
    static Map<String, String> removedFrom(Map<String, String> metadata) {
        Map<String, String> own = new LinkedHashMap<>(metadata);
        own.remove(ENTRY);
        return own;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
