// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Dovecot: its submission service in front of a relay, and its LMTP service in front of Maildirs, where {@code full@example.org} has no
 * room. A token of {@link #token} logs in, too.
 */
final class DovecotServer implements PeerServer {
    static final Path PROGRAM = Path.of("/usr/sbin/dovecot");

    private static final String KEY = "a key for the tokens of this test and no others";
    private static final String SETTINGS = """
            base_dir = FOLDER/run
            state_dir = FOLDER/run
            log_path = FOLDER/log
            listen = 127.0.0.1
            protocols = submission lmtp
            hostname = dovecot.example.net
            ssl = required
            ssl_cert = <FOLDER/cert.pem
            ssl_key = <FOLDER/key.pem
            auth_mechanisms = plain login cram-md5 scram-sha-256 xoauth2 oauthbearer
            auth_failure_delay = 0
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = FOLDER/oauth2.conf
            }
            passdb {
              driver = passwd-file
              args = scheme=PLAIN username_format=%n FOLDER/users
            }
            userdb {
              driver = passwd-file
              args = username_format=%n FOLDER/users
              default_fields = uid=65534 gid=65534 home=FOLDER/mail/%n
            }
            first_valid_uid = 1
            mail_location = maildir:FOLDER/mail/%n
            mail_plugins = quota
            plugin {
              quota = count:box
              quota_vsizes = yes
              quota_grace = 0
            }
            submission_relay_host = 127.0.0.1
            submission_relay_port = RELAY
            submission_backend_capabilities = 8BITMIME CHUNKING DSN
            submission_max_mail_size = SIZE
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            service submission-login {
              inet_listener submission {
                port = PORT1
              }
              inet_listener submissions {
                port = PORT2
                ssl = yes
              }
            }
            service lmtp {
              inet_listener lmtp {
                address = 127.0.0.1
                port = PORT3
              }
            }
            """;

    private final RelayTarget relay = new RelayTarget("PIPELINING", "8BITMIME", "CHUNKING", "DSN");
    private final PeerFolder folder = new PeerFolder("dovecot");
    private final int port = PeerFolder.freePort();
    private final int tlsPort = PeerFolder.freePort();
    private final int lmtpPort = PeerFolder.freePort();
    private final Process master;

    DovecotServer(TestTls tls) throws IOException {
        folder.write(tls);
        folder.directory("mail", "nobody");
        folder.write(
                "users", USER + ":" + PASSWORD + "::::::\nann:x::::::\nfull:x::::::userdb_quota_rule=*:bytes=10\n");
        // where Dovecot looks for the key of a token that names neither its issuer nor its key
        folder.write("keys/default/HS256/default", Base64.getEncoder().encodeToString(KEY.getBytes(UTF_8)));
        folder.write("oauth2.conf", """
                introspection_mode = local
                local_validation_key_dict = fs:posix:prefix=FOLDER/keys/
                username_attribute = sub
                """);
        Path settings = folder.write(
                "dovecot.conf",
                SETTINGS.replace("PORT1", String.valueOf(port))
                        .replace("PORT2", String.valueOf(tlsPort))
                        .replace("PORT3", String.valueOf(lmtpPort))
                        .replace("RELAY", String.valueOf(relay.port()))
                        .replace("SIZE", String.valueOf(MAX_SIZE)));
        this.master = folder.start(Map.of(), PROGRAM.toString(), "-c", settings.toString(), "-F");
        folder.awaitPorts(port, tlsPort, lmtpPort);
    }

    /** A JSON Web Token of this user, good until 2100. */
    static String token(String user) {
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                + base64(("{\"sub\":\"" + user + "\",\"iat\":1600000000,\"exp\":4102444800}").getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    int lmtpPort() {
        return lmtpPort;
    }

    RelayTarget relay() {
        return relay;
    }

    /** What was handed on. */
    @Override
    public List<String> stored(String mailbox) {
        return relay.stored(mailbox);
    }

    /** What LMTP put into the box. */
    List<String> kept(String mailbox) throws IOException {
        return folder.maildir("mail/" + mailbox);
    }

    @Override
    public void close() {
        PeerFolder.stop(master);
        relay.close();
        folder.close();
    }
}
