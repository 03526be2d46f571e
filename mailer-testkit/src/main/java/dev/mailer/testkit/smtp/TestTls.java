// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate and its authority, made by the running Java's {@code keytool}, for a server in a test and the clients that
 * shall trust it. Making them takes about two seconds, so share them between tests. Immutable.
 */
public final class TestTls {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final SSLContext server;
    private final SSLContext client;
    private final String authority;
    private final String certificate;
    private final String privateKey;

    private TestTls(SSLContext server, SSLContext client, KeyStore store) throws GeneralSecurityException {
        this.server = server;
        this.client = client;
        this.authority = pem("CERTIFICATE", store.getCertificate("ca").getEncoded());
        this.certificate = pem("CERTIFICATE", store.getCertificate("server").getEncoded());
        this.privateKey = pem("PRIVATE KEY", store.getKey("server", PASSWORD).getEncoded());
    }

    /** For {@code localhost} and 127.0.0.1, valid now. */
    public static TestTls localhost() {
        return make("dns:localhost,ip:127.0.0.1", "-1d", 30);
    }

    /** For another host, so that the name does not match. */
    public static TestTls otherHost() {
        return make("dns:other.example", "-1d", 30);
    }

    /** For hosts of these names, valid now. */
    public static TestTls forNames(String... names) {
        return make("dns:" + String.join(",dns:", names), "-1d", 30);
    }

    /** For {@code localhost}, but a week late. */
    public static TestTls expired() {
        return make("dns:localhost,ip:127.0.0.1", "-30d", 23);
    }

    /** For {@code localhost} by its subject, as was done once, and as an alternative name for an address that nobody asks for. */
    public static TestTls commonName() {
        return commonName("localhost");
    }

    /** For a host by its subject, as was done once, and as an alternative name for an address that nobody asks for. */
    public static TestTls commonName(String host) {
        return make(host, "ip:192.0.2.1", "-1d", 30);
    }

    /** What the server shows. */
    public SSLContext serverContext() {
        return server;
    }

    /** For a client that trusts this authority and no other. */
    public SSLContext clientContext() {
        return client;
    }

    /** The authority's certificate as PEM, for clients that read what they trust. */
    public String authorityPem() {
        return authority;
    }

    /** The certificate as PEM; a client can show it to a server that {@link ScriptedSmtpServer.Builder#clientCertificates wants one}. */
    public String certificatePem() {
        return certificate;
    }

    /** The certificate's key as PEM, PKCS #8. */
    public String privateKeyPem() {
        return privateKey;
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    private static TestTls make(String names, String start, int days) {
        return make("localhost", names, start, days);
    }

    private static TestTls make(String commonName, String names, String start, int days) {
        try {
            Path directory = Files.createTempDirectory("test-tls");
            Path file = directory.resolve("server.p12");
            try {
                keytool(file, "ca", "CN=Test CA", "-1d", 30, List.of("-ext", "bc:critical=ca:true"));
                keytool(
                        file,
                        "server",
                        "CN=" + commonName,
                        start,
                        days,
                        List.of("-ext", "san=" + names, "-signer", "ca"));
                return load(file);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path file, String alias, String subject, String start, int days, List<String> more)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                subject,
                "-startdate",
                start,
                "-validity",
                String.valueOf(days),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString()));
        command.addAll(more);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("keytool failed: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        }
    }

    private static TestTls load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", store.getCertificate("ca"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust.getTrustManagers(), null);
        return new TestTls(server, client, store);
    }
}
