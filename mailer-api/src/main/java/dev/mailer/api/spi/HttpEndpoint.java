// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in, bytes out: tracking, unsubscribe, webhooks and the dev mailbox are endpoints that a server, Spring MVC, WebFlux or
 * a servlet mounts. Thread-safe; called on the host's threads.
 */
@Experimental
public interface HttpEndpoint {
    /** The path prefix this endpoint answers, such as {@code /mailbox}; the host passes everything at or below it. */
    String path();

    Response handle(Request request);

    /**
     * The same for hosts that need no thread for who waits: what may take long, such as a commit, goes on behind the return. Until then it may
     * block as {@link #handle} does, which it calls by default. The stage may end on a thread of the mailer, where a dependent must not block.
     */
    default CompletionStage<Response> handleAsync(Request request) {
        return CompletableFuture.completedStage(handle(request));
    }

    /**
     * True when {@link #handleAsync} of this request would not keep the thread that calls it, as it waits for no store, no network and no other
     * request, so that a host may call it on the thread that reads from the connections of all. False by default.
     */
    default boolean isNonBlocking(Request request) {
        return false;
    }

    /**
     * True when it shows what is for developers only, such as all mail: a host lets in who is on its own machine, unless it is told
     * otherwise. False by default.
     */
    default boolean forDevelopers() {
        return false;
    }

    /**
     * The rule for {@link #forDevelopers}, which all hosts share: a loopback peer, no sign of a proxy, and a Host header that names this
     * machine, so that a web page which had its own name resolved to 127.0.0.1 stays out.
     *
     * @param remoteAddress of the peer of the connection as it came, whatever a header says of it; false for what is no literal
     * @param header gives a header by its name without regard to case; null where there is none
     */
    static boolean isFromThisMachine(@Nullable String remoteAddress, Function<String, @Nullable String> header) {
        Set<String> names = Set.of("localhost", "127.0.0.1", "[::1]");
        Set<String> signsOfProxy =
                Set.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP");
        String host = header.apply("Host");
        if (remoteAddress == null || !remoteAddress.matches("[0-9a-fA-F:.]+(%.*)?")) {
            return false;
        }
        if (host == null || !names.contains(host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", ""))) {
            return false;
        }
        try {
            return InetAddress.getByName(remoteAddress).isLoopbackAddress()
                    && signsOfProxy.stream().allMatch(name -> header.apply(name) == null);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * A request.
     *
     * @param method upper case
     * @param path decoded path below the prefix, empty or beginning with a slash
     * @param query decoded parameters, the last one where a name repeats
     * @param headers names in lower case
     */
    record Request(
            String method,
            String path,
            Map<String, String> query,
            Map<String, List<String>> headers,
            Bytes body,
            String remoteAddress) {
        public Request {
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }

        /** The first value of a header, compared without regard to case; null when absent. */
        public @Nullable String header(String name) {
            List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
            return values == null || values.isEmpty() ? null : values.get(0);
        }
    }

    /** A response. */
    record Response(int status, Map<String, String> headers, Bytes body) {
        public Response {
            headers = Map.copyOf(headers);
        }

        public static Response of(int status, String contentType, Bytes body) {
            return new Response(status, Map.of("Content-Type", contentType), body);
        }

        public static Response text(int status, String text) {
            return of(status, "text/plain; charset=utf-8", Bytes.utf8(text));
        }
    }
}
