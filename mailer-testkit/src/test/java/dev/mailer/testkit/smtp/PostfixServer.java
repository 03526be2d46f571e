// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Postfix with Cyrus SASL, delivering to Maildirs. */
final class PostfixServer implements PeerServer {
    private static final String MAIN = """
            compatibility_level = 3.6
            queue_directory = FOLDER/spool
            data_directory = FOLDER/data
            maillog_file = FOLDER/log
            maillog_file_prefixes = FOLDER
            myhostname = postfix.example.net
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks =
            alias_maps =
            alias_database =
            virtual_mailbox_domains = example.org, example.com
            virtual_mailbox_base = FOLDER/mail
            virtual_mailbox_maps = inline:{
             { jo@example.org = jo/ } { ann@example.org = ann/ } { bob@example.org = bob/ } { UTF8@example.org = utf8/ } { shop@example.com = shop/ } }
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            virtual_minimum_uid = 1
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = FOLDER/cert.pem
            smtpd_tls_key_file = FOLDER/key.pem
            smtpd_sasl_auth_enable = yes
            smtpd_tls_auth_only = yes
            smtpd_client_restrictions = permit_sasl_authenticated, reject
            cyrus_sasl_config_path = FOLDER/sasl
            smtpd_sasl_local_domain = example.net
            smtpd_peername_lookup = no
            message_size_limit = SIZE
            """;
    private static final String MASTER = """
            127.0.0.1:PORT1 inet n - n - - smtpd
            127.0.0.1:PORT2 inet n - n - - smtpd
              -o smtpd_tls_wrappermode=yes
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            error unix - - n - - error
            retry unix - - n - - error
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd
            """;

    private final PeerFolder folder = new PeerFolder("postfix");
    private final int port = PeerFolder.freePort();
    private final int tlsPort = PeerFolder.freePort();

    PostfixServer(TestTls tls) throws IOException {
        folder.write(tls);
        folder.directory("spool", "root");
        folder.directory("data", "postfix");
        folder.directory("mail", "nobody");
        folder.write("main.cf", MAIN.replace("UTF8", UTF8).replace("SIZE", String.valueOf(MAX_SIZE)));
        folder.write(
                "master.cf", MASTER.replace("PORT1", String.valueOf(port)).replace("PORT2", String.valueOf(tlsPort)));
        folder.write("sasl/smtpd.conf", """
                pwcheck_method: auxprop
                auxprop_plugin: sasldb
                sasldb_path: FOLDER/sasldb
                mech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256
                """);
        folder.run(
                "/bin/sh",
                "-c",
                "printf %s '" + PASSWORD + "' | /usr/sbin/saslpasswd2 -p -c -f sasldb -u example.net " + USER);
        Files.setPosixFilePermissions(folder.path("sasldb"), PosixFilePermissions.fromString("rw-r--r--"));
        folder.run("/usr/sbin/postfix", "-c", folder.path("").toString(), "start");
        folder.awaitPorts(port, tlsPort);
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
    public List<String> stored(String mailbox) throws IOException {
        return folder.maildir("mail/" + (mailbox.equals(UTF8) ? "utf8" : mailbox));
    }

    @Override
    public void close() {
        try {
            folder.run("/usr/sbin/postfix", "-c", folder.path("").toString(), "abort");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        folder.close();
    }
}
