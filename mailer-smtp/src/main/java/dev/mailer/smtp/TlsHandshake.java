// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * TLS over an open connection: version 1.3 (RFC 8446) or 1.2 (RFC 5246) and none before (RFC 8997), the server's name verified (RFC 7817 §3), and that among the
 * alternative names of the certificate only, not in its subject (RFC 9525).
 */
final class TlsHandshake {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** Kinds of alternative names (RFC 5280 §4.2.1.6). */
    private static final Integer DNS_NAME = 2;

    private static final Integer IP_ADDRESS = 7;

    private TlsHandshake() {}

    /**
     * Blocks until both sides agree; closing the plain socket ends it.
     *
     * @param named the certificate must be for the server's name; else what it must be is the context's matter alone
     */
    static SSLSocket over(Socket plain, SSLContext context, Endpoint server, boolean named) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, server.host(), server.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        if (named) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        parameters.setProtocols(VERSIONS);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (named) {
            requireAlternativeName(socket.getSession(), server.host());
        }
        return socket;
    }

    /** The platform's check takes the subject's common name where no alternative name is of the kind that it looks for. */
    static void requireAlternativeName(SSLSession session, String host) throws SSLException {
        try {
            Certificate shown = session.getPeerCertificates()[0];
            if (!(shown instanceof X509Certificate certificate) || !isNamed(certificate, isAddress(host))) {
                throw new CertificateException("the certificate has no alternative name (subjectAltName) for a host");
            }
        } catch (CertificateException e) {
            throw new SSLException(e.getMessage(), e);
        }
    }

    private static boolean isNamed(X509Certificate certificate, boolean asAddress) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names != null && names.stream().anyMatch(name -> name.get(0).equals(asAddress ? IP_ADDRESS : DNS_NAME));
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
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
