// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.tracking.HitTokens.Target;
import dev.mailer.tracking.TrackingMeters.Dropped;
import dev.mailer.tracking.internal.rewrite.WebUrl;
import dev.mailer.tracking.internal.verdict.Hit;
import dev.mailer.tracking.internal.verdict.Judge;
import dev.mailer.tracking.internal.verdict.Verdict;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers the pixel and the links. The token alone says where a link leads, so that no answer needs the store; one that is not
 * ours leads nowhere. Who asks is judged and stored beside what happened. Thread-safe.
 */
final class TrackingEndpoint implements HttpEndpoint {
    /** Longest part of a user agent that is kept. */
    static final int MAX_USER_AGENT = 512;

    private static final String PATH = "/t";
    /** Some programs show no picture whose name does not say that it is one. */
    private static final String SUFFIX = ".gif";
    /** Where tokens begin below the path. */
    private static final int TOKEN_AT = "/o/".length();

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cs}]");
    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    /** Headers by which a program says that nobody has asked it yet. */
    private static final List<String> PURPOSES = List.of("sec-purpose", "purpose", "x-purpose", "x-moz");

    /** One transparent point. */
    private static final Bytes GIF =
            Bytes.wrap(Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"));

    private static final Response PIXEL = response(200, "image/gif", GIF);
    private static final Response NOTHING = response(200, "text/plain; charset=utf-8", Bytes.EMPTY);
    private static final Response UNKNOWN =
            response(404, "text/plain; charset=utf-8", Bytes.utf8("There is nothing here.\n"));

    private static final Response AWAY = new Response(
            503,
            Map.of("Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store", "Retry-After", "5"),
            Bytes.utf8("This cannot be answered now; try again in a moment.\n"));

    private final HitTokens tokens;
    private final Judge judge;
    private final HitRecorder recorder;
    private final LateScans scans;
    private final Callers callers;
    private final TrackingMeters meters;

    /** What a request tells about who makes it, and what is kept of that. */
    record Callers(ClientAddress address, AddressDetail kept, InstantSource clock, Supplier<String> ids) {}

    /** What is done about hits. */
    record Parts(Judge judge, HitRecorder recorder, LateScans scans) {}

    TrackingEndpoint(HitTokens tokens, Parts parts, Callers callers, TrackingMeters meters) {
        this.tokens = tokens;
        this.judge = parts.judge();
        this.recorder = parts.recorder();
        this.scans = parts.scans();
        this.callers = callers;
        this.meters = meters;
    }

    /** Where a token of this kind is. */
    static String path(Hit.Kind kind, String token) {
        return PATH
                + switch (kind) {
                    case OPEN -> "/o/" + token + SUFFIX;
                    case CLICK -> "/c/" + token;
                    case TRAP -> "/h/" + token;
                };
    }

    @Override
    public String path() {
        return PATH;
    }

    /** A response, and when it may be given. */
    private record Answer(Response response, CompletableFuture<Void> when) {
        static Answer atOnce(Response response) {
            return new Answer(response, CompletableFuture.completedFuture(null));
        }
    }

    @Override
    public Response handle(Request request) {
        Answer answer = begin(request);
        recorder.await(answer.when);
        return answer.response;
    }

    @Override
    public CompletionStage<Response> handleAsync(Request request) {
        Answer answer = begin(request);
        return answer.when.thenApply(stored -> answer.response);
    }

    @Override
    public boolean isNonBlocking(Request request) {
        return request.path().length() < TOKEN_AT || tokens.isAtHand(token(request.path()));
    }

    /** What is behind the kind, without the name of a picture. */
    private static String token(String path) {
        String token = path.substring(TOKEN_AT);
        return token.endsWith(SUFFIX) ? token.substring(0, token.length() - SUFFIX.length()) : token;
    }

    private Answer begin(Request request) {
        if (!METHODS.contains(request.method())) {
            Map<String, String> headers = new HashMap<>(UNKNOWN.headers());
            headers.put("Allow", "GET, HEAD");
            return Answer.atOnce(new Response(405, headers, Bytes.utf8("Only GET and HEAD are answered here.\n")));
        }
        try {
            return begin(request, request.path());
        } catch (MailerUnavailableException e) {
            // the keys were never read here, and the store that has them is away
            return Answer.atOnce(request.path().startsWith("/o/") ? PIXEL : AWAY);
        }
    }

    private Answer begin(Request request, String path) {
        if (path.startsWith("/o/")) {
            return new Answer(PIXEL, note(Hit.Kind.OPEN, tokens.read(Hit.Kind.OPEN, token(path)), request));
        }
        if (path.startsWith("/c/")) {
            return follow(tokens.read(Hit.Kind.CLICK, path.substring(TOKEN_AT)), request);
        }
        Target target = path.startsWith("/h/") ? tokens.read(Hit.Kind.TRAP, path.substring(TOKEN_AT)) : null;
        return new Answer(target == null ? UNKNOWN : NOTHING, note(Hit.Kind.TRAP, target, request));
    }

    /** 302 and not 307: there is no body and no method to keep, and every program knows it (RFC 9110 §15.4.3). */
    private Answer follow(@Nullable Target target, Request request) {
        WebUrl url = target == null ? null : WebUrl.parse(target.url());
        if (url == null) {
            return Answer.atOnce(UNKNOWN);
        }
        Response redirect = new Response(302, headers("Location", url.forHeader()), Bytes.EMPTY);
        return new Answer(redirect, note(Hit.Kind.CLICK, target, request));
    }

    private CompletableFuture<Void> note(Hit.Kind kind, @Nullable Target target, Request request) {
        if (target == null) {
            return CompletableFuture.completedFuture(null);
        }
        String address = callers.address.of(request);
        Hit hit = new Hit(
                callers.ids.get(),
                kind,
                target.deliveryId(),
                target.link(),
                target.acceptedAt(),
                callers.clock.instant(),
                request.method().equals("HEAD"),
                purpose(request),
                plain(request.header("user-agent"), MAX_USER_AGENT),
                address);
        Judge.Finding finding = judge.judge(hit);
        Verdict verdict = finding.verdict();
        if (verdict == null) {
            meters.dropped(Dropped.FLOOD);
            return CompletableFuture.completedFuture(null);
        }
        for (Judge.Later later : finding.later()) {
            String id = callers.ids.get();
            recorder.recordAside(HitDetail.later(id, later, hit.at()));
        }
        boolean scanned = judge.dependsOnSending(hit, verdict);
        return recorder.record(HitDetail.event(hit, verdict, target.url(), callers.kept.of(address)), () -> {
            meters.hit(kind, verdict.kind());
            if (scanned) {
                scans.look(hit);
            }
        });
    }

    private static @Nullable String purpose(Request request) {
        for (String name : PURPOSES) {
            String value = request.header(name);
            if (value != null) {
                return plain(value, 64);
            }
        }
        return null;
    }

    /** On one line, without control characters, and not too long. */
    private static @Nullable String plain(@Nullable String text, int most) {
        if (text == null) {
            return null;
        }
        String cut = text.length() <= most ? text : text.substring(0, most);
        return cut.chars().allMatch(c -> c >= ' ' && c < 0x7f)
                ? cut
                : UNPRINTABLE.matcher(cut).replaceAll(" ");
    }

    private static Response response(int status, String type, Bytes body) {
        return new Response(status, headers("Content-Type", type), body);
    }

    /** Beside this one: nothing is kept by caches, the token goes to no other site, and no search engine shows it. */
    private static Map<String, String> headers(String name, String value) {
        return Map.of(
                "Cache-Control",
                "no-store",
                "Referrer-Policy",
                "no-referrer",
                "X-Content-Type-Options",
                "nosniff",
                "X-Robots-Tag",
                "noindex, nofollow",
                name,
                value);
    }
}
