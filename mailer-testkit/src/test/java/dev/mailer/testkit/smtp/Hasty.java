// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Takes everything up to the content, and then resets the connection when it is told. */
final class Hasty implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<Socket> atContent = CompletableFuture.supplyAsync(this::upToContent);

    Hasty() throws IOException {}

    String uri() {
        return "smtp://127.0.0.1:" + listener.getLocalPort();
    }

    boolean refuseAndReset() {
        try (Socket socket = atContent.join()) {
            say(socket, "552 5.3.4 too large");
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    private Socket upToContent() {
        try {
            Socket socket = listener.accept();
            socket.setTcpNoDelay(true);
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            say(socket, "220 ready");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                say(socket, line.equals("DATA") ? "354 go on" : "250 ok");
                if (line.equals("DATA")) {
                    break;
                }
            }
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
