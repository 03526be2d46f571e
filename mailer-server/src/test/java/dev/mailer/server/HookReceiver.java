// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver of webhooks on this machine, which keeps what it is told. Thread-safe. */
public final class HookReceiver implements AutoCloseable {
    private final List<String> got = new CopyOnWriteArrayList<>();
    private final HttpServer http;
    private volatile int status = 204;

    private HookReceiver(HttpServer http) {
        this.http = http;
    }

    public static HookReceiver start() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HookReceiver receiver = new HookReceiver(http);
        http.createContext("/", exchange -> {
            receiver.got.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(receiver.status, -1);
            exchange.close();
        });
        http.start();
        return receiver;
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/hook";
    }

    /** The bodies of what came, in order. */
    public List<String> got() {
        return got;
    }

    /** What it answers from now on, with nothing in it. */
    public void answer(int status) {
        this.status = status;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
