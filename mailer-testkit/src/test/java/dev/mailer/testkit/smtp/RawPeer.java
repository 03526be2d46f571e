// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server whose side of the conversation the test plays line by line, on the test's own thread. */
final class RawPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final ServerSocket listener;
    private Socket connection = new Socket();
    /** The connection, or TLS over it. */
    private Socket socket = connection;

    private InputStream in = InputStream.nullInputStream();

    RawPeer() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(PATIENCE_MILLIS);
    }

    String uri() {
        return "smtp://127.0.0.1:" + listener.getLocalPort();
    }

    /** Takes the next connection and goes as far as the reply to EHLO, which offers these. */
    void accept(String... extensions) throws IOException {
        connection = listener.accept();
        connection.setTcpNoDelay(true);
        connection.setSoTimeout(PATIENCE_MILLIS);
        socket = connection;
        in = new BufferedInputStream(socket.getInputStream());
        say("220 raw.test");
        readLine();
        StringBuilder reply = new StringBuilder("250-raw.test");
        for (int i = 0; i < extensions.length; i++) {
            reply.append("\r\n250")
                    .append(i == extensions.length - 1 ? ' ' : '-')
                    .append(extensions[i]);
        }
        say(reply.toString());
    }

    /** Begins TLS, of this version only. */
    void startTls(SSLContext context, String version) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(connection, null, true);
        tls.setEnabledProtocols(new String[] {version});
        tls.startHandshake();
        socket = tls;
        in = new BufferedInputStream(tls.getInputStream());
    }

    /** Has TLS 1.2 negotiated once more, while the client waits for a reply; fails when the client does not go along. */
    void renegotiate() throws IOException {
        SSLSocket tls = (SSLSocket) socket;
        AtomicBoolean done = new AtomicBoolean();
        tls.addHandshakeCompletedListener(event -> done.set(true));
        tls.startHandshake();
        tls.setSoTimeout(10);
        for (long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS); !done.get(); ) {
            if (System.nanoTime() > end) {
                throw new IOException("no end of the handshake");
            }
            try {
                // only reading takes the handshake further
                throw new IOException("not a handshake: " + tls.getInputStream().read());
            } catch (SocketTimeoutException e) {
                // its next part is to come
            }
        }
        tls.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Says these octets beneath TLS. */
    void sayBelowTls(byte[] octets) throws IOException {
        connection.getOutputStream().write(octets);
    }

    /** Ends TLS as it should be ended, and leaves the connection open. */
    void sayGoodbyeOfTls() throws IOException {
        socket.shutdownOutput();
    }

    /** All of them in one write. */
    void say(String... lines) throws IOException {
        socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return "(closed)";
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    List<String> readLines(int count) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(readLine());
        }
        return lines;
    }

    void readOctets(int count) throws IOException {
        if (in.readNBytes(count).length < count) {
            throw new IOException("closed amid " + count + " octets");
        }
    }

    /** Up to and with the final dot. */
    List<String> readContent() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = readLine(); !line.equals("."); line = readLine()) {
            if (line.equals("(closed)")) {
                throw new IOException("closed amid the content: " + lines);
            }
            lines.add(line);
        }
        return lines;
    }

    /** Closes the connection that is open, and what was said and has not arrived may not arrive. */
    void reset() throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    /** Octets that have come and were not read. */
    int waiting() throws IOException {
        return in.available();
    }

    /** A part of the conversation. */
    interface Part {
        void play() throws IOException;
    }

    /** Where a client that has run out of time may end it early; its outcome tells. */
    static void asFarAsItGoes(Part part) {
        try {
            part.play();
        } catch (IOException e) {
            // it has closed
        }
    }

    /** Closes the connection that is open. */
    void hangUp() throws IOException {
        connection.close();
    }

    @Override
    public void close() throws IOException {
        connection.close();
        listener.close();
    }
}
