// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.tracking.unsubscribe.PreferenceView.Choice;
import dev.mailer.tracking.unsubscribe.PreferenceView.Done;
import dev.mailer.tracking.unsubscribe.PreferenceView.Kind;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the links of mail. GET and HEAD show a page and change nothing, whoever fetches it and however often; POST changes: with
 * {@code List-Unsubscribe=One-Click} by a mail program (RFC 8058 §3.2), else by a form of the pages. The token in the path is the right to do
 * so, so there are neither cookies nor logins, and a form of another site would have to know it. Thread-safe.
 */
final class UnsubscribeEndpoint implements HttpEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(UnsubscribeEndpoint.class);
    private static final Pattern PLACE =
            Pattern.compile("/([A-Za-z0-9_-]{1,1500})(" + UnsubscribeLinks.PREFERENCES + ")?");
    /** A form with as many streams as there can be. */
    private static final int MAX_BODY = 32 * 1024;

    private final UnsubscribeLinks links;
    private final Choices choices;
    private final PreferencePages pages;
    private final Outage outage;

    UnsubscribeEndpoint(UnsubscribeLinks links, Choices choices, PreferencePages pages, Outage outage) {
        this.links = links;
        this.choices = choices;
        this.pages = pages;
        this.outage = outage;
    }

    /** A request whose token is ours. */
    private record Visit(Request request, String signed, UnsubscribeToken token, boolean preferences) {}

    @Override
    public String path() {
        return UnsubscribeLinks.PATH;
    }

    @Override
    public Response handle(Request request) {
        Response response = answer(request);
        return request.method().equals("HEAD")
                ? new Response(response.status(), response.headers(), Bytes.EMPTY)
                : response;
    }

    private Response answer(Request request) {
        boolean post = request.method().equals("POST");
        if (!post && !request.method().equals("GET") && !request.method().equals("HEAD")) {
            return PageResponses.notAllowed();
        }
        if (request.body().length() > MAX_BODY) {
            return PageResponses.text(413, "The body is larger than " + MAX_BODY + " bytes.\n");
        }
        Matcher place = PLACE.matcher(request.path());
        if (!place.matches()) {
            return plain(404, Kind.NOT_FOUND, request, "");
        }
        FormFields form = post ? FormFields.read(request.header("Content-Type"), request.body()) : null;
        if (post && form == null) {
            return PageResponses.text(
                    415, "Expected is a form: application/x-www-form-urlencoded or multipart/form-data.\n");
        }
        UnsubscribeToken token;
        try {
            token = links.read(place.group(1));
        } catch (RuntimeException e) {
            return away(request, "", e);
        }
        if (token == null) {
            return plain(404, Kind.NOT_FOUND, request, "");
        }
        Visit visit = new Visit(request, place.group(1), token, place.group(2) != null);
        return form == null ? shown(visit, Done.NOTHING) : changed(visit, form);
    }

    private Response changed(Visit visit, FormFields form) {
        boolean oneClick = form.first("List-Unsubscribe").equals("One-Click");
        Done done;
        try {
            done = oneClick ? oneClick(visit.token) : visit.preferences ? chosen(visit, form) : pressed(visit, form);
        } catch (InvalidEmailException e) {
            // there is no such tenant or stream any more, and trying again would not bring it back
            return plain(404, Kind.NOT_FOUND, visit.request, visit.token.tenant());
        } catch (Returns.TooManyException e) {
            return PageResponses.text(429, "That was too often; mail stays away. Try again in an hour.\n");
        } catch (RuntimeException e) {
            return away(visit.request, visit.token.tenant(), e);
        }
        if (done == null) {
            return PageResponses.text(
                    400, "The form says nothing that is known here; expected is List-Unsubscribe=One-Click.\n");
        }
        return oneClick ? PageResponses.text(200, "You are unsubscribed.\n") : shown(visit, done);
    }

    private Done oneClick(UnsubscribeToken token) {
        choices.unsubscribe(token, Set.of(token.stream()), "one-click");
        return Done.UNSUBSCRIBED;
    }

    /** The page about one stream. */
    private @Nullable Done pressed(Visit visit, FormFields form) {
        Set<String> stream = Set.of(visit.token.stream());
        switch (form.first("action")) {
            case "unsubscribe" -> {
                choices.unsubscribe(visit.token, stream, "page");
                return Done.UNSUBSCRIBED;
            }
            case "subscribe" -> {
                choices.subscribe(visit.token, stream, "page");
                return Done.SUBSCRIBED;
            }
            default -> {
                return null;
            }
        }
    }

    /** The page about all streams. */
    private @Nullable Done chosen(Visit visit, FormFields form) {
        String action = form.first("action");
        if (!action.equals("save") && !action.equals("none")) {
            return null;
        }
        List<String> wanted = action.equals("none") ? List.of() : form.all("stream");
        choices.save(visit.token, form.all("shown"), wanted, "preferences");
        return Done.SAVED;
    }

    private Response shown(Visit visit, Done done) {
        UnsubscribeToken token = visit.token;
        List<Choice> shown;
        try {
            shown = visit.preferences ? choices.offered(token) : List.of(choices.one(token));
        } catch (RuntimeException e) {
            return away(visit.request, token.tenant(), e);
        }
        PreferenceView view = new PreferenceView(
                visit.preferences ? Kind.PREFERENCES : Kind.UNSUBSCRIBE,
                done,
                token.tenant(),
                AcceptedLanguages.of(visit.request.header("Accept-Language")),
                token.maskedAddress(),
                shown,
                visit.preferences ? "../" + visit.signed : visit.signed + UnsubscribeLinks.PREFERENCES);
        return PageResponses.page(200, pages.page(view));
    }

    /** Whether something is stored is not known, so nothing is said of it; asking again does no harm. */
    private Response away(Request request, String tenant, RuntimeException e) {
        long failed = outage.failed();
        if (failed > 0) {
            LOG.warn(
                    "choices of recipients can be neither read nor stored, {} since this was said last; said once in {} minutes: {}",
                    failed,
                    Outage.SILENCE.toMinutes(),
                    e.getClass().getName());
        }
        LOG.debug("in full", e);
        return plain(503, Kind.UNAVAILABLE, request, tenant);
    }

    private Response plain(int status, Kind kind, Request request, String tenant) {
        List<String> languages = AcceptedLanguages.of(request.header("Accept-Language"));
        PreferenceView view = new PreferenceView(kind, Done.NOTHING, tenant, languages, "", List.of(), "");
        return PageResponses.page(status, pages.page(view));
    }
}
