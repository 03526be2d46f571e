// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Haraka, handing mail on. */
final class HarakaServer implements PeerServer {
    private static final String PACKAGE = "Haraka@3.3.4";
    private static final String REFUSING = """
            exports.hook_rcpt = (next, connection, params) =>
                params[0].user === 'nobody' ? next(DENY, '5.1.1 nobody here') : next();
            """;

    private final RelayTarget relay = new RelayTarget("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 52428800");
    private final PeerFolder folder = new PeerFolder("haraka");
    private final int port = PeerFolder.freePort();
    private final int tlsPort = PeerFolder.freePort();
    private final Process node;

    HarakaServer(TestTls tls) throws IOException {
        Path program = installed();
        folder.write("config/tls_cert.pem", tls.certificatePem());
        folder.write("config/tls_key.pem", tls.privateKeyPem());
        folder.write("config/me", "haraka.example.net\n");
        folder.write("config/host_list", "example.org\nexample.com\n");
        folder.write("config/plugins", "tls\nauth/flat_file\nrefusing\nrcpt_to.in_host_list\nqueue/smtp_forward\n");
        folder.write("plugins/refusing.js", REFUSING);
        folder.write("config/auth_flat_file.ini", """
                [core]
                methods=PLAIN,LOGIN,CRAM-MD5
                constrain_sender=false
                [users]
                """ + USER + "=" + PASSWORD + "\n");
        // without the last line it would look for the hosts of the domain for those who have logged in
        folder.write("config/smtp_forward.ini", "host=127.0.0.1\nport=" + relay.port() + "\nenable_outbound=true\n");
        // the limit that it has otherwise is shorter than RFC 5321's, and it cuts what is longer
        String usual = Files.readString(program.resolveSibling("../config/connection.ini"));
        folder.write("config/connection.ini", usual + "\n[max]\nbytes=" + MAX_SIZE + "\ndata_line_length=1002\n");
        folder.write(
                "config/smtp.ini",
                "listen=127.0.0.1:" + port + ",127.0.0.1:" + tlsPort + "\nsmtps_port=" + tlsPort
                        + "\nforce_shutdown_timeout=1\n");
        folder.write("config/loglevel", "WARN\n");
        this.node = folder.start(
                Map.of(), "node", program.toString(), "-c", folder.path("").toString());
        folder.awaitPorts(port, tlsPort);
    }

    /** Brings it from npm's registry unless it is there. */
    private Path installed() throws IOException {
        Path home = Files.createDirectories(Path.of("target", "haraka").toAbsolutePath());
        Path program = home.resolve("node_modules/Haraka/bin/haraka");
        if (!Files.exists(program)) {
            folder.run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", home.toString(), PACKAGE);
        }
        return program;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    @Override
    public List<String> stored(String mailbox) {
        return relay.stored(mailbox);
    }

    @Override
    public void close() {
        PeerFolder.stop(node);
        relay.close();
        folder.close();
    }
}
