// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.webhooks.BoundedLookups.LateLookupException;
import dev.mailer.webhooks.CheckedAddresses.RefusedAddressException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts to endpoints, and is bounded in all they can do: time as a whole and for each step, and octets that are read. Follows no
 * redirect, uses no proxy, keeps no cookie, repeats nothing. Thread-safe.
 */
final class HttpSender implements AutoCloseable {
    /** Octets of an answer that are read. */
    static final int READ = 8 * 1024;

    /** Look-ups of names at a time. */
    private static final int LOOKUPS = 512;

    /** Longest for one address. */
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private static final Duration KEPT_OPEN = Duration.ofSeconds(30);
    private static final String AGENT = "Mailer-Webhooks/1.0";

    private static final Logger log = LoggerFactory.getLogger(HttpSender.class);

    private final CloseableHttpClient client;
    private final BoundedLookups names;
    private final ScheduledThreadPoolExecutor deadlines;
    private final Duration total;
    private final InstantSource clock;

    /** @param tls what endpoints are verified by; null for what the platform has */
    HttpSender(CheckedAddresses addresses, @Nullable SSLContext tls, Duration total, InstantSource clock) {
        this.total = total;
        this.clock = clock;
        this.names = new BoundedLookups(addresses, total, LOOKUPS);
        // all that are tried have the time for all together
        Duration each = total.dividedBy(CheckedAddresses.MOST);
        Timeout connect = Timeout.of(CONNECT.compareTo(each) < 0 ? CONNECT : each);
        Timeout all = Timeout.of(total);
        PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                // endpoints may share a host, and none is to wait for another: each has a bound of its own
                .setMaxConnPerRoute(Integer.MAX_VALUE)
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(connect).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(all)
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .setIdleTimeout(Timeout.of(KEPT_OPEN))
                        .build());
        if (tls != null) {
            connections.setTlsSocketStrategy(new DefaultClientTlsStrategy(tls));
        }
        this.client = HttpClients.custom()
                .setConnectionManager(connections.build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(all)
                        .setResponseTimeout(all)
                        .setRedirectsEnabled(false)
                        .build())
                .setUserAgent(AGENT)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                // of an endpoint that is told nothing more, too
                .evictIdleConnections(TimeValue.of(KEPT_OPEN))
                .build();
        this.deadlines = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "mailer-webhooks-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    Answer post(URI url, Map<String, String> headers, byte[] body) {
        long began = System.nanoTime();
        AtomicBoolean late = new AtomicBoolean();
        HttpPost request = new HttpPost(url);
        headers.forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON.withCharset((String) null)));
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> {
                    late.set(true);
                    request.cancel();
                },
                total.toNanos(),
                TimeUnit.NANOSECONDS);
        try {
            return answer(request, began);
        } catch (IOException | RuntimeException e) {
            return new Answer(0, since(began), late.get() ? "timeout" : result(e), problem(e), null);
        } finally {
            deadline.cancel(false);
        }
    }

    private Answer answer(HttpPost request, long began) throws IOException {
        HttpHost host = new HttpHost(
                request.getScheme(),
                request.getAuthority().getHostName(),
                request.getAuthority().getPort());
        ClassicHttpResponse response = client.executeOpen(host, request, HttpClientContext.create());
        try {
            int status = response.getCode();
            byte[] read = beginning(response, request);
            String result = status >= 200 && status < 300 ? "delivered" : "status";
            return new Answer(status, since(began), result, Excerpt.of(read), retryAfter(response));
        } finally {
            closeQuietly(response);
        }
    }

    /** One that was cut off fails to close, and is closed all the same. */
    private static void closeQuietly(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException e) {
            log.debug("an answer was cut off", e);
        }
    }

    /** The status has come, so whatever happens to the rest does not matter; what is not read to its end is cut off. */
    private static byte[] beginning(ClassicHttpResponse response, HttpPost request) {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new byte[0];
        }
        byte[] read = new byte[READ];
        int n = 0;
        try {
            InputStream in = entity.getContent();
            for (int more = 0; more >= 0 && n < READ; n += Math.max(0, more)) {
                more = in.read(read, n, READ - n);
            }
            if (n == READ && in.read() >= 0) {
                request.cancel();
            }
        } catch (IOException | RuntimeException e) {
            request.cancel();
        }
        return java.util.Arrays.copyOf(read, n);
    }

    private @Nullable Duration retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader("Retry-After");
        if (header == null || header.getValue() == null) {
            return null;
        }
        String value = header.getValue().trim();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(clock.instant(), at);
            return wait.isNegative() ? null : wait;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static String result(Exception e) {
        if (e instanceof RefusedAddressException) {
            return "refused";
        }
        if (e instanceof LateLookupException) {
            return "timeout";
        }
        if (e instanceof UnknownHostException) {
            return "dns";
        }
        if (e instanceof SSLException) {
            return "tls";
        }
        if (e instanceof SocketTimeoutException) {
            return "timeout";
        }
        return e instanceof ConnectException || e instanceof NoRouteToHostException ? "connect" : "broken";
    }

    /** Nothing that was connected to is named: for one who probes networks, it would be an answer. */
    private static String problem(Exception e) {
        return switch (result(e)) {
            case "refused" -> String.valueOf(e.getMessage());
            case "dns" -> "the name has no address";
            case "tls" ->
                "TLS failed: "
                        + Excerpt.of(String.valueOf(e.getMessage()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case "timeout" -> "no answer in time";
            case "connect" -> "no connection";
            default -> "the connection broke";
        };
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        names.close();
        deadlines.shutdownNow();
    }
}
