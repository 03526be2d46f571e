// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A proxy on the loopback interface that knows one login and connects every name to this machine. */
public final class TestProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final boolean socks;
    private final String login;

    private final Thread acceptor;

    TestProxy(boolean socks) throws IOException {
        this(socks, "jo:p\u00e4ss");
    }

    /** @param login {@code user:password} */
    public TestProxy(boolean socks, String login) throws IOException {
        this.socks = socks;
        this.login = login;
        this.acceptor = thread(this::accept);
        acceptor.start();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** What it was asked to connect to. */
    List<String> targets() {
        return targets;
    }

    /** What it was told, as it came: a request of HTTP with all its lines, or a login of SOCKS. */
    List<String> requests() {
        return requests;
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            sockets.add(socket);
            daemon(() -> {
                try (socket) {
                    serve(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
                }
            });
        }
    }

    private void serve(DataInputStream in, OutputStream out) throws IOException {
        int port = socks ? greetSocks(in, out) : greetHttp(in, out);
        if (port < 0) {
            return;
        }
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            sockets.add(server);
            // the server's greeting may come in the same segment as the answer
            out.write(
                    socks
                            ? new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 0}
                            : "HTTP/1.1 200 ok\r\nVia: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            daemon(() -> server.getInputStream().transferTo(out));
            in.transferTo(server.getOutputStream());
        }
    }

    /** The port to connect to; -1 when the client is refused. */
    private int greetSocks(DataInputStream in, OutputStream out) throws IOException {
        in.readByte();
        byte[] methods = in.readNBytes(in.readUnsignedByte());
        out.write(new byte[] {5, methods[0]});
        if (methods[0] == 2) {
            in.readByte();
            String user = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
            String password = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
            requests.add(user + ':' + password);
            boolean right = login.equals(user + ':' + password);
            out.write(new byte[] {1, (byte) (right ? 0 : 1)});
            if (!right) {
                return -1;
            }
        }
        in.readNBytes(3);
        String host = switch (in.readUnsignedByte()) {
            case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
            case 4 ->
                "["
                        + InetAddress.getByAddress(in.readNBytes(16))
                                .getHostAddress()
                                .replaceFirst("(:0)+:", "::") + "]";
            default -> new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
        };
        int port = in.readUnsignedShort();
        targets.add(host + ':' + port);
        if (host.startsWith("forbidden")) {
            out.write(new byte[] {5, 2, 0, 1, 0, 0, 0, 0, 0, 0});
            return -1;
        }
        return port;
    }

    private int greetHttp(DataInputStream in, OutputStream out) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) in.readUnsignedByte());
        }
        String target = request.substring("CONNECT ".length(), request.indexOf(" HTTP/1.1"));
        targets.add(target);
        requests.add(request.toString());
        String basic = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        boolean asked = request.indexOf("Proxy-Authorization") >= 0;
        if (target.startsWith("forbidden") || (asked && request.indexOf(basic) < 0)) {
            String repeated = asked ? ", " + basic + " alias " + login.substring(login.indexOf(':') + 1) : "";
            out.write(("HTTP/1.1 407 who are you" + repeated + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return -1;
        }
        return Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        thread(work).start();
    }

    private static Thread thread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // one side has closed
                    }
                },
                "test-proxy");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        // the port stays open until the last accept has returned
        try {
            acceptor.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
