// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailer.api.spi.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receiver on this machine that keeps what it gets, and answers as it is told. */
final class Receiver implements AutoCloseable {
    final List<Got> got = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    volatile Reply reply = exchange -> exchange.sendResponseHeaders(204, -1);

    /** A request. */
    record Got(String path, Map<String, List<String>> headers, Bytes content) {
        byte[] body() {
            return content.unsafeArray();
        }

        String header(String name) {
            return headers.getOrDefault(
                            name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1), List.of(""))
                    .get(0);
        }

        String id() {
            return header("webhook-id");
        }

        String text() {
            return new String(body(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /** What is answered. */
    interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            got.add(new Got(
                    exchange.getRequestURI().toString(), Map.copyOf(exchange.getRequestHeaders()), Bytes.wrap(body)));
            try (exchange) {
                reply.to(exchange);
            }
        });
        server.start();
    }

    static Reply status(int status, String body) {
        return exchange -> {
            byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** Waits, then takes it. */
    static Reply after(CountDownLatch latch) {
        return exchange -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(204, -1);
        };
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
