// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** A connection secured by TLS. A server may begin TLS 1.2 anew (RFC 5246 §7.4.1.1), and then its certificate may be another. Not thread-safe. */
final class TlsLayer {
    private final SSLSocket socket;
    private final Endpoint server;
    private final boolean named;
    private SSLSession session;

    private TlsLayer(SSLSocket socket, Endpoint server, boolean named) {
        this.socket = socket;
        this.server = server;
        this.named = named;
        this.session = socket.getSession();
    }

    /** As {@link TlsHandshake#over}. */
    static TlsLayer over(Socket plain, SSLContext context, Endpoint server, boolean named) throws IOException {
        return new TlsLayer(TlsHandshake.over(plain, context, server, named), server, named);
    }

    SSLSocket socket() {
        return socket;
    }

    /** As it was when last verified. */
    SSLSession session() {
        return session;
    }

    /** Looks whether the server is still the one that it was. */
    void verify() throws SSLException {
        SSLSession now = socket.getSession();
        if (now != session) {
            if (named) {
                TlsHandshake.requireAlternativeName(now, server.host());
            }
            session = now;
        }
    }
}
