// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS over an open connection: version 1.2 at least (RFC 8997), the server's name verified (RFC 7817 §3, RFC 6125). */
final class TlsHandshake {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private TlsHandshake() {}

    /** Blocks until both sides agree; closing the plain socket ends it. */
    static SSLSocket over(Socket plain, SSLContext context, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(VERSIONS);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** A certificate that does not verify is told apart from everything else: it is no reason to go on in clear text. */
    static String reason(IOException failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return WireException.UNTRUSTED;
            }
        }
        return failure instanceof SSLException ? WireException.TLS_FAILED : WireException.LOST;
    }
}
