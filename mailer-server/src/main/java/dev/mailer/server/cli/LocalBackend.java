// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.home.ServerHome;
import dev.mailer.server.http.EmailApi;
import dev.mailer.server.http.FeedApi;
import dev.mailer.server.http.Json;
import dev.mailer.server.http.PersonalDataApi;
import dev.mailer.server.http.QueueApi;
import dev.mailer.server.http.SuppressionApi;
import dev.mailer.server.http.SuppressionViews;
import dev.mailer.server.http.TokenKeyApi;
import dev.mailer.server.http.TrackingApi;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** An engine of the command's own, for as long as the command runs. */
final class LocalBackend implements Backend {
    private static final String TENANT = Email.DEFAULT_TENANT;
    /** As a server calls the command line by its key. */
    private static final SuppressionApi.Caller CALLER = new SuppressionApi.Caller(TENANT, ServerHome.COMMAND_LINE);

    private final MailerEngine engine;
    private final EmailApi emails;
    private final QueueApi queues;
    private final PersonalDataApi people;
    private final SuppressionApi suppressions;
    private final FeedApi feed;
    private final TokenKeyApi tokens;
    private final TrackingApi tracking;

    LocalBackend(MailerEngine engine, InstantSource clock) {
        this.engine = engine;
        this.emails = new EmailApi(engine);
        this.queues = new QueueApi(engine);
        this.people = new PersonalDataApi(engine);
        this.suppressions = new SuppressionApi(engine, clock);
        this.feed = new FeedApi(engine);
        this.tokens = new TokenKeyApi(engine);
        this.tracking = new TrackingApi(engine, clock);
    }

    @Override
    public Sent send(JsonNode email, @Nullable String idempotencyKey) {
        EmailApi.Accepted accepted = emails.send(TENANT, email, idempotencyKey);
        return new Sent(accepted.data().get(0).id(), accepted.duplicate(), accepted.unknown());
    }

    @Override
    public JsonNode sendAll(JsonNode mails, EmailApi.BatchValidation validation) {
        return json(emails.sendAll(TENANT, mails, null, validation));
    }

    @Override
    public JsonNode find(String id, Duration wait) {
        return json(emails.find(TENANT, id, wait));
    }

    @Override
    public JsonNode list(Map<String, String> filters) {
        return json(emails.list(TENANT, filters));
    }

    @Override
    public JsonNode trace(String id) {
        return json(emails.trace(TENANT, id));
    }

    @Override
    public JsonNode cancel(String id) {
        return json(emails.cancel(TENANT, id));
    }

    @Override
    public JsonNode queues() {
        return json(queues.queues(TENANT));
    }

    @Override
    public JsonNode moveQueue(String action, String stream, String domain) {
        JsonNode queue =
                JsonNodeFactory.instance.objectNode().put("stream", stream).put("domain", domain);
        return json(action.equals("pause") ? queues.pause(TENANT, queue) : queues.resume(TENANT, queue));
    }

    @Override
    public JsonNode sites() {
        throw onlyInServer();
    }

    @Override
    public JsonNode releaseSite(String site) {
        throw onlyInServer();
    }

    @Override
    public JsonNode tlsCounts(@Nullable String day) {
        throw onlyInServer();
    }

    private static CommandException onlyInServer() {
        return new CommandException(
                ExitCodes.UNAVAILABLE, "only a running server knows how it gets on with sites; it is not stored");
    }

    @Override
    public JsonNode resolve(String id, String delivery, String action) {
        DeliveryState to = action.equals("retry") ? DeliveryState.QUEUED : DeliveryState.FAILED;
        return json(emails.resolve(TENANT, id, delivery, to));
    }

    @Override
    public void export(String address, Consumer<String> line) {
        people.export(TENANT, PersonalDataApi.body(address), mail -> line.accept(Json.MAPPER.writeValueAsString(mail)));
    }

    @Override
    public JsonNode erase(String address) {
        return json(people.erase(TENANT, PersonalDataApi.body(address)));
    }

    @Override
    public Suppressed suppress(JsonNode entry) {
        SuppressionViews.Added added = suppressions.add(CALLER, entry);
        return new Suppressed(json(added.entry()), added.isNew());
    }

    @Override
    public JsonNode suppressAll(JsonNode entries, EmailApi.BatchValidation validation) {
        return json(suppressions.addAll(CALLER, entries, validation).stored());
    }

    @Override
    public JsonNode unsuppress(String email, Map<String, String> query) {
        return json(suppressions.remove(CALLER, email, query));
    }

    @Override
    public JsonNode suppressions(Map<String, String> filters) {
        return json(suppressions.list(TENANT, filters));
    }

    @Override
    public JsonNode suppressionHistory(String email) {
        return json(suppressions.history(TENANT, email));
    }

    @Override
    public JsonNode feed(Map<String, String> query) {
        return json(feed.read(TENANT, query));
    }

    @Override
    public JsonNode tokenKeys() {
        return json(tokens.list());
    }

    @Override
    public JsonNode rotateTokenKey() {
        return json(tokens.rotate());
    }

    @Override
    public JsonNode revokeTokenKey(String version) {
        return json(tokens.revoke(version));
    }

    @Override
    public JsonNode rescore(JsonNode request) {
        return json(tracking.rescore(request));
    }

    @Override
    public void close() {
        engine.close();
    }

    private static JsonNode json(Object answer) {
        return Json.MAPPER.valueToTree(answer);
    }
}
