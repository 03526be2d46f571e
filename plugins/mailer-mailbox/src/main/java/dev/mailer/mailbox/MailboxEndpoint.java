// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages and the JSON interface of a mailbox. All addresses in them are relative, so they work wherever the host mounts them
 * as long as the last segment of the path stays.
 */
final class MailboxEndpoint implements HttpEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxEndpoint.class);
    private static final String READ = "GET, HEAD";

    private final String path;
    private final Mailbox mailbox;
    private final FormGuard guard;
    private final JsonApi api;
    private final Map<String, Response> assets;

    MailboxEndpoint(String path, Mailbox mailbox, FormGuard guard) {
        this.path = path;
        this.mailbox = mailbox;
        this.guard = guard;
        this.api = new JsonApi(mailbox);
        this.assets = Map.of(
                "/mailbox.css", asset("mailbox.css", "text/css; charset=utf-8"),
                "/mailbox.js", asset("mailbox.js", "text/javascript; charset=utf-8"),
                "/icon.svg", asset("icon.svg", "image/svg+xml"));
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean forDevelopers() {
        return true;
    }

    @Override
    public Response handle(Request request) {
        try {
            Response response = route(request);
            return request.method().equals("HEAD")
                    ? new Response(response.status(), response.headers(), Bytes.EMPTY)
                    : response;
        } catch (RuntimeException e) {
            // The message may quote a mail, which belongs below.
            LOG.error(
                    "the dev mailbox failed to answer {}: {}",
                    request.method(),
                    e.getClass().getName());
            LOG.debug("in full", e);
            return Responses.text(500, "The mailbox failed to show this; its log says why.");
        }
    }

    private Response route(Request request) {
        String at = request.path();
        if (at.isEmpty()) {
            return Responses.redirect(308, path.substring(path.lastIndexOf('/') + 1) + "/");
        }
        if (at.startsWith("/api/")) {
            return api.handle(request, at.substring(5));
        }
        if (at.equals("/clear") || at.endsWith("/delete")) {
            return change(request, at);
        }
        if (!isRead(request)) {
            return Responses.notAllowed(READ);
        }
        if (at.equals("/")) {
            return new ListPage(mailbox, guard, request.query()).render();
        }
        if (at.equals("/help")) {
            return new HelpPage().render();
        }
        Response asset = assets.get(at);
        return asset != null ? asset : message(request, at);
    }

    /** {@code /m/<number>} and what is below it. */
    private Response message(Request request, String at) {
        String[] segments = at.split("/", -1);
        MailboxMessage message = segments.length < 3 || !segments[1].equals("m") ? null : find(segments[2]);
        if (message == null) {
            return Layout.notFound(at);
        }
        if (segments.length == 3) {
            return new MailPage(message, guard, request.query()).render();
        }
        Response response = null;
        if (segments.length == 4) {
            response = switch (segments[3]) {
                case "html" -> Downloads.html(message, request.query().containsKey("remote"));
                case "raw" -> Responses.plain(200, message.raw());
                case "eml" -> Downloads.eml(message);
                default -> null;
            };
        } else if (segments.length == 5 && segments[3].equals("parts")) {
            response = Downloads.part(message, segments[4]);
        }
        return response != null ? response : Layout.notFound(at);
    }

    private Response change(Request request, String at) {
        if (!request.method().equals("POST")) {
            return Responses.notAllowed("POST");
        }
        if (!guard.allowsForm(request)) {
            return Responses.text(
                    403, "This form is too old or comes from another site. Go back, reload and try again.");
        }
        if (at.equals("/clear")) {
            mailbox.clear();
            return Responses.redirect(303, "./");
        }
        String[] segments = at.split("/", -1);
        if (segments.length != 4 || !segments[1].equals("m")) {
            return Layout.notFound(at);
        }
        MailboxMessage message = find(segments[2]);
        if (message != null) {
            mailbox.delete(message.number());
        }
        return Responses.redirect(303, "../../");
    }

    private @Nullable MailboxMessage find(String number) {
        return number.matches("[0-9]{1,18}") ? mailbox.find(Long.parseLong(number)) : null;
    }

    private static boolean isRead(Request request) {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }

    private static Response asset(String name, String type) {
        try (InputStream in = MailboxEndpoint.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return Responses.asset(type, Bytes.wrap(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be read from the jar", e);
        }
    }
}
