// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.http.ApiException;
import dev.mailer.server.http.EmailApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What commands work with: a running server, or the store itself. Both answer with the API's JSON and refuse with
 * {@link ApiException}.
 */
sealed interface Backend extends AutoCloseable permits RemoteBackend, LocalBackend {
    /**
     * An accepted mail.
     *
     * @param warnings fields that were ignored
     */
    record Sent(String id, boolean duplicate, List<String> warnings) {}

    Sent send(JsonNode email, @Nullable String idempotencyKey);

    /** Sends up to 100 mails; the bad ones are among the {@code errors} of the answer and keep no other back. */
    JsonNode sendAll(JsonNode emails, EmailApi.BatchValidation validation);

    /** Waits for the mail to be done, up to a limit of its own. */
    JsonNode find(String id, Duration wait);

    /** Accepted mails, newest first; filters are the parameters of the API's list. */
    JsonNode list(Map<String, String> filters);

    JsonNode trace(String id);

    JsonNode cancel(String id);

    JsonNode queues();

    /** Holds a queue or lets it go on: {@code pause} or {@code resume}. */
    JsonNode moveQueue(String action, String stream, String domain);

    /** The sites that have connections or are slowed down, of a running server. */
    JsonNode sites();

    /** Lets a site go on that a running server has slowed down; the sites as they are then. */
    JsonNode releaseSite(String site);

    /** How TLS went, as a running server counted it; without a day on all that it keeps. */
    JsonNode tlsCounts(@Nullable String day);

    /** Decides about a delivery: {@code retry} or {@code give-up}. */
    JsonNode resolve(String id, String delivery, String action);

    /** Gives all mail to an address, each as one line of JSON. */
    void export(String address, Consumer<String> line);

    /** Erases the mail to an address. */
    JsonNode erase(String address);

    /**
     * An entry of the suppression list that is stored.
     *
     * @param isNew there was none before
     */
    record Suppressed(JsonNode entry, boolean isNew) {}

    Suppressed suppress(JsonNode entry);

    /** Stores up to 1,000 entries; the bad ones are among the {@code errors} of the answer and keep no other back. */
    JsonNode suppressAll(JsonNode entries, EmailApi.BatchValidation validation);

    /** Removes entries; the query, with {@code stream} and {@code reason}, is that of the API. */
    JsonNode unsuppress(String email, Map<String, String> query);

    /** A page of the suppression list; filters are the parameters of the API's list. */
    JsonNode suppressions(Map<String, String> filters);

    /** Who put an address on the suppression list and who took it off. */
    JsonNode suppressionHistory(String email);

    /** A part of the event feed; the query is that of the API. */
    JsonNode feed(Map<String, String> query);

    /** The keys of the tokens in links. */
    JsonNode tokenKeys();

    /** Makes a new one, and gives it. */
    JsonNode rotateTokenKey();

    /** Revokes one; the keys as they are then. */
    JsonNode revokeTokenKey(String version);

    /** Judges a part of the opens and clicks of a time again. */
    JsonNode rescore(JsonNode request);

    @Override
    void close();
}
