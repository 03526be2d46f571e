// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code mailer webhooks}: who is told of events over HTTP by a running server, and how that went. */
@Command(name = "webhooks", description = "Shows, makes and changes webhooks; shows and repeats what they were told.")
final class WebhooksCommand implements Callable<Integer> {
    private static final String WEBHOOKS = "/v1/webhooks";

    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    WebhooksCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What a webhook is told. */
    static final class Choice {
        @Option(names = "--type", paramLabel = "TYPE", description = "Such as delivered. May repeat.")
        private List<String> types = new ArrayList<>();

        @Option(names = "--stream", paramLabel = "STREAM", description = "Of mail of this stream. May repeat.")
        private List<String> streams = new ArrayList<>();

        @Option(names = "--format", paramLabel = "FORMAT", description = "standard or postal.")
        private @Nullable String format;

        @Option(names = "--header", paramLabel = "NAME=VALUE", description = "Sent along. May repeat.")
        private Map<String, String> headers = new LinkedHashMap<>();

        @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
        private @Nullable String description;

        ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            list(json, "events", types);
            list(json, "streams", streams);
            if (format != null) {
                json.put("format", format);
            }
            if (!headers.isEmpty()) {
                ObjectNode all = json.putObject("headers");
                headers.forEach(all::put);
            }
            return description == null ? json : json.put("description", description);
        }

        private static void list(ObjectNode json, String name, List<String> values) {
            if (!values.isEmpty()) {
                ArrayNode list = json.putArray(name);
                values.forEach(list::add);
            }
        }
    }

    @Override
    public Integer call() {
        return list(global);
    }

    @Command(name = "list", description = "Shows the webhooks and how they go, as without a command.")
    int list(@Mixin GlobalOptions options) {
        return show(options, b -> b.get(WEBHOOKS), WebhookText::endpoint);
    }

    @Command(name = "add", description = "Makes a webhook and shows its signing secret, this once.")
    int add(
            @Mixin GlobalOptions options,
            @Mixin Choice choice,
            @Option(names = "--since", paramLabel = "TIME", description = "Tells it also what happened since then.")
                    @Nullable
                    String since,
            @Option(names = "--signing", paramLabel = "KIND", description = "hmac, unless given, or ed25519.") @Nullable
                    String kind,
            @Parameters(paramLabel = "URL", description = "Where it is told.") String url) {
        ObjectNode json = choice.json().put("endpoint", url);
        put(json, "since", since);
        put(json, "signing_kind", kind);
        return show(
                options,
                b -> {
                    JsonNode made = b.post(WEBHOOKS, json);
                    String next = made.path("replay_next").asString("");
                    if (!next.isEmpty()) {
                        ObjectNode rest = JsonNodeFactory.instance.objectNode();
                        put(rest, "since", since);
                        var unused = replayed(b, made.path("id").asString(), rest.put("after", next));
                    }
                    return made;
                },
                WebhookText::endpoint);
    }

    @Command(name = "change", description = "Changes what a webhook is told; what is not given stays.")
    int change(
            @Mixin GlobalOptions options,
            @Mixin Choice choice,
            @Option(names = "--all-types", description = "Events of all types again.") boolean allTypes,
            @Option(names = "--all-streams", description = "Of mail of all streams again.") boolean allStreams,
            @Option(names = "--url", paramLabel = "URL", description = "Where it is told.") @Nullable String url,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id) {
        ObjectNode json = choice.json();
        if (allTypes) {
            json.putArray("events");
        }
        if (allStreams) {
            json.putArray("streams");
        }
        return show(
                options, b -> b.patch(path(id), url == null ? json : json.put("endpoint", url)), WebhookText::endpoint);
    }

    @Command(name = "enable", description = "Tells a webhook again that was disabled.")
    int enable(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id) {
        return show(options, b -> b.patch(path(id), status("enabled")), WebhookText::endpoint);
    }

    @Command(name = "disable", description = "Tells a webhook nothing until it is enabled.")
    int disable(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id) {
        return show(options, b -> b.patch(path(id), status("disabled")), WebhookText::endpoint);
    }

    @Command(name = "remove", description = "Removes a webhook and its log.")
    int remove(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id) {
        return show(options, b -> b.delete(path(id)), removed -> "removed " + id);
    }

    @Command(
            name = "rotate",
            description = "Makes a new signing secret and shows it; the former one signs for a day more.")
    int rotate(
            @Mixin GlobalOptions options,
            @Option(names = "--signing", paramLabel = "KIND", description = "hmac or ed25519; as before unless given.")
                    @Nullable
                    String kind,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        put(json, "signing_kind", kind);
        return show(options, b -> b.post(path(id) + "/rotate", json), WebhookText::endpoint);
    }

    @Command(
            name = "test",
            description = "Sends a test at once and shows the answer; ends with 1 when it is no success.")
    int test(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id) {
        List<String> results = new ArrayList<>();
        int shown = show(
                options,
                b -> {
                    JsonNode attempt = b.post(path(id) + "/test", JsonNodeFactory.instance.objectNode());
                    results.add(attempt.path("result").asString(""));
                    return attempt;
                },
                WebhookText::attempt);
        return results.contains("delivered") ? shown : ExitCodes.FAILED;
    }

    @Command(
            name = "log",
            description = "Shows what a webhook was told or is to be told, newest first; with EVENT its attempts.")
    int log(
            @Mixin GlobalOptions options,
            @Option(names = "--status", paramLabel = "STATUS", description = "waiting, delivered, dead or held.")
                    @Nullable
                    String status,
            @Option(names = "--type", paramLabel = "TYPE", description = "Such as delivered.") @Nullable String type,
            @Option(names = "--after", paramLabel = "EVENT", description = "Goes on behind this one.") @Nullable
                    String after,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id,
            @Parameters(paramLabel = "EVENT", arity = "0..1", description = "The number of an event.") @Nullable
                    String event) {
        if (event != null) {
            return show(
                    options,
                    b -> b.get(path(id) + "/deliveries/" + RemoteBackend.segment(event)),
                    WebhookText::delivery);
        }
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "status", status);
        put(query, "type", type);
        put(query, "after", after);
        return show(options, b -> b.get(path(id) + "/deliveries?" + RemoteBackend.query(query)), WebhookText::delivery);
    }

    @Command(
            name = "replay",
            description = "Tells again what has ended: one event, those of a time, or else all that were given up."
                    + " One event, or those since a time, also where they were never to be told.")
    int replay(
            @Mixin GlobalOptions options,
            @Option(names = "--since", paramLabel = "TIME", description = "Such as 2026-08-05T12:00:00Z.") @Nullable
                    String since,
            @Option(names = "--until", paramLabel = "TIME", description = "Before it.") @Nullable String until,
            @Option(
                            names = "--status",
                            paramLabel = "STATUS",
                            description = "delivered or dead; any of a time unless given.")
                    @Nullable
                    String status,
            @Parameters(paramLabel = "ID", description = "As the list has it.") String id,
            @Parameters(paramLabel = "EVENT", arity = "0..1", description = "The number of an event.") @Nullable
                    Long event) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (event != null) {
            json.put("event_id", event);
        }
        put(json, "since", since);
        put(json, "until", until);
        put(json, "status", status);
        return show(
                options,
                b -> replayed(b, id, json),
                replayed -> "tells again: " + replayed.path("replayed").asString());
    }

    /** Part by part; the last answer, with what all parts gave. */
    private JsonNode replayed(RemoteBackend server, String id, ObjectNode request) {
        long all = 0;
        while (true) {
            JsonNode part = server.post(path(id) + "/replay", request);
            all += part.path("replayed").asLong();
            if (!part.path("has_more").asBoolean(false)) {
                return ((ObjectNode) part).put("replayed", all);
            }
            terminal.note("tells again: " + all + " so far");
            request.put("after", part.path("next").asString());
        }
    }

    private static void put(Map<String, String> map, String name, @Nullable String value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static ObjectNode status(String status) {
        return JsonNodeFactory.instance.objectNode().put("status", status);
    }

    private static String path(String id) {
        return WEBHOOKS + "/" + RemoteBackend.segment(id);
    }

    private int show(GlobalOptions options, Function<RemoteBackend, JsonNode> call, Function<JsonNode, String> line) {
        Session session = new Session(terminal, options);
        try (Backend backend = session.connect()) {
            if (!(backend instanceof RemoteBackend server)) {
                throw new CommandException(
                        ExitCodes.UNAVAILABLE, "webhooks are told by a running server; start one with 'mailer serve'");
            }
            JsonNode answer = call.apply(server);
            if (session.json()) {
                session.printJson(answer);
                return ExitCodes.OK;
            }
            JsonNode data = answer.path("data");
            if (!data.isArray()) {
                line.apply(answer).lines().forEach(terminal::line);
                return ExitCodes.OK;
            }
            if (data.isEmpty()) {
                terminal.line("none");
            }
            data.forEach(one -> terminal.line(line.apply(one)));
            if (answer.path("has_more").asBoolean()) {
                terminal.note("more: --after " + answer.path("next").asString());
            }
            return ExitCodes.OK;
        }
    }
}
