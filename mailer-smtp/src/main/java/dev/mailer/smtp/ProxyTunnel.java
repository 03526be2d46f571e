// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Has a proxy connect us to the mail server, whose name the proxy looks up: SOCKS 5 (RFC 1928, with the login of RFC 1929) or CONNECT of HTTP
 * (RFC 9110 §9.3.6, with the login of RFC 7617). Blocks; closing the socket ends it.
 */
final class ProxyTunnel {
    /** Longest answer to CONNECT. */
    private static final int MAX_ANSWER = 16 * 1024;

    private static final int SOCKS = 5;
    private static final int NO_LOGIN = 0;
    private static final int LOGIN = 2;

    private ProxyTunnel() {}

    /** Leaves the socket as if it were connected to the server itself. */
    static void open(Socket socket, ProxySettings proxy, Endpoint server) throws IOException {
        if (proxy.isSocks()) {
            socks(new DataInputStream(socket.getInputStream()), socket.getOutputStream(), proxy, server);
        } else {
            connect(socket.getInputStream(), socket.getOutputStream(), proxy, server);
        }
    }

    private static void socks(DataInputStream in, OutputStream out, ProxySettings proxy, Endpoint server)
            throws IOException {
        int method = proxy.login() == null ? NO_LOGIN : LOGIN;
        out.write(new byte[] {SOCKS, 1, (byte) method});
        require(in.readByte() == SOCKS, "the proxy does not speak SOCKS 5");
        require(
                in.readByte() == method,
                "the proxy refuses to let us in " + (method == LOGIN ? "with" : "without") + " a login");
        if (method == LOGIN) {
            login(in, out, proxy);
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        // CONNECT
        request.writeBytes(new byte[] {SOCKS, 1, 0});
        request.writeBytes(address(server.host()));
        request.write(server.port() >> 8);
        request.write(server.port());
        out.write(request.toByteArray());
        require(in.readByte() == SOCKS, "the proxy does not speak SOCKS 5");
        int reply = in.readUnsignedByte();
        require(reply == 0, "the proxy cannot connect to " + server.authority() + ": " + meaning(reply));
        in.readByte();
        int type = in.readUnsignedByte();
        int length = switch (type) {
            case 1 -> 4;
            case 4 -> 16;
            default -> in.readUnsignedByte();
        };
        in.readFully(new byte[length + 2]);
    }

    /** A literal by its octets, a name by its characters (RFC 1928 §5). */
    private static byte[] address(String host) throws IOException {
        ByteArrayOutputStream address = new ByteArrayOutputStream();
        boolean six = host.indexOf(':') >= 0;
        if (six || host.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            address.write(six ? 4 : 1);
            address.writeBytes(InetAddress.getByName(host).getAddress());
            return address.toByteArray();
        }
        byte[] name = host.getBytes(StandardCharsets.US_ASCII);
        require(name.length <= 255, "the server's name has " + name.length + " octets, SOCKS takes 255");
        address.write(3);
        address.write(name.length);
        address.writeBytes(name);
        return address.toByteArray();
    }

    private static void login(DataInputStream in, OutputStream out, ProxySettings proxy) throws IOException {
        byte[] user = String.valueOf(proxy.user()).getBytes(StandardCharsets.UTF_8);
        byte[] password = proxy.revealedPassword().getBytes(StandardCharsets.UTF_8);
        byte[] message = new byte[3 + user.length + password.length];
        message[0] = 1;
        message[1] = (byte) user.length;
        System.arraycopy(user, 0, message, 2, user.length);
        message[2 + user.length] = (byte) password.length;
        System.arraycopy(password, 0, message, 3 + user.length, password.length);
        out.write(message);
        in.readByte();
        require(in.readByte() == 0, "the proxy refuses user and password");
    }

    /** RFC 1928 §6. */
    private static String meaning(int reply) {
        return switch (reply) {
            case 1 -> "general failure";
            case 2 -> "not allowed by its rules";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "time to live expired";
            case 7 -> "command not supported";
            case 8 -> "address type not supported";
            default -> "reply " + reply;
        };
    }

    private static void connect(InputStream in, OutputStream out, ProxySettings proxy, Endpoint server)
            throws IOException {
        StringBuilder request = new StringBuilder("CONNECT ")
                .append(server.authority())
                .append(" HTTP/1.1\r\nHost: ")
                .append(server.authority())
                .append("\r\n");
        String login = proxy.login();
        String encoded =
                login == null ? "" : Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        if (login != null) {
            request.append("Proxy-Authorization: Basic ").append(encoded).append("\r\n");
        }
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        // one by one: what stands behind the answer is the server's
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the proxy closed the connection in place of an answer");
            }
            require(answer.length() < MAX_ANSWER, "the proxy's answer is longer than " + MAX_ANSWER + " octets");
            answer.append((char) octet);
        }
        String status = answer.substring(0, answer.indexOf("\r\n"));
        require(
                status.matches("HTTP/1\\.[01] 2\\d\\d(?: .*)?"),
                "the proxy cannot connect to " + server.authority() + ": "
                        + printable(status, asRead(proxy.revealedPassword()), encoded));
    }

    /** As it would stand in an answer, whose octets are read one by one. */
    private static String asRead(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Without what was ours to keep, should the proxy repeat it. */
    private static String printable(String status, String... secrets) {
        String shown = status;
        for (String secret : secrets) {
            shown = secret.isEmpty() ? shown : shown.replace(secret, "***");
        }
        return shown.replaceAll("[^ -~]", "?").substring(0, Math.min(shown.length(), 100));
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }
}
