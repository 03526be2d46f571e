// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The server's side of one connection: octets in and out, and the ways to be a bad peer. */
final class ServerWire {
    private static final int MID_CONTENT = 64 * 1024;

    private final Socket raw;
    private final CountDownLatch serverClosed;
    private final RecordedSession record;
    private InputStream in;
    private OutputStream out;

    ServerWire(Socket raw, CountDownLatch serverClosed, RecordedSession record) throws IOException {
        this.raw = raw;
        this.serverClosed = serverClosed;
        this.record = record;
        raw.setTcpNoDelay(true);
        this.in = new BufferedInputStream(raw.getInputStream(), 16 * 1024);
        this.out = raw.getOutputStream();
    }

    void startTls(SSLContext context, boolean clientCertificate) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(clientCertificate);
        socket.startHandshake();
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        out = socket.getOutputStream();
        record.secured(nameOf(socket.getSession()));
    }

    private static @Nullable String nameOf(SSLSession session) {
        return session instanceof ExtendedSSLSession extended
                ? extended.getRequestedServerNames().stream()
                        .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /** One line without its CRLF. */
    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("client closed");
            }
            if (octet == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(octet);
        }
    }

    /**
     * Content up to the final dot, without the dots that were put in (RFC 5321 §4.5.2). Only CRLF ends a line.
     *
     * @param midContent asked when so much has been read
     */
    byte[] readContent(Supplier<@Nullable Reaction> midContent) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int previous = '\n';
        int beforeThat = '\r';
        boolean asked = false;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("client closed amid the content");
            }
            boolean lineStart = previous == '\n' && beforeThat == '\r';
            if (lineStart && octet == '.') {
                int next = in.read();
                if (next == '\r') {
                    if (in.read() == '\n') {
                        return content.toByteArray();
                    }
                    throw new IOException("a CR alone behind a dot");
                }
                octet = next;
            }
            content.write(octet);
            beforeThat = previous;
            previous = octet;
            if (!asked && content.size() > MID_CONTENT) {
                asked = true;
                Reaction reaction = midContent.get();
                if (reaction != null) {
                    reaction.play(this, "");
                }
            }
        }
    }

    /** So many, as they are. */
    byte[] readOctets(int count) throws IOException {
        byte[] octets = in.readNBytes(count);
        if (octets.length < count) {
            throw new EOFException("client closed amid a chunk");
        }
        return octets;
    }

    void write(String octets) throws IOException {
        record.said(octets);
        out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    void drip(String octets, Duration interval) throws IOException {
        for (int i = 0; i < octets.length(); i++) {
            write(octets.substring(i, i + 1));
            waitFor(interval);
        }
    }

    void stall() throws IOException {
        waitFor(Duration.ofMinutes(10));
        drop();
    }

    void drop() throws IOException {
        raw.close();
        throw new EOFException("dropped");
    }

    private void waitFor(Duration time) throws IOException {
        try {
            if (serverClosed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new EOFException("server closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EOFException("interrupted");
        }
    }
}
