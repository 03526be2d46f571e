// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Exim, unpacked beside another mail server, delivering to Maildirs; libnss-wrapper lends it the user that its package would make. */
final class EximServer implements PeerServer {
    static final Path PROGRAM = Path.of("target", "exim4").toAbsolutePath();

    private static final String SETTINGS = """
            exim_path = PROGRAM
            keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
            primary_hostname = exim.example.net
            spool_directory = FOLDER/spool
            log_file_path = FOLDER/spool/%slog
            pid_file_path = FOLDER/spool/exim.pid
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = PORT1 : PORT2
            tls_on_connect_ports = PORT2
            tls_advertise_hosts = *
            tls_certificate = FOLDER/cert.pem
            tls_privatekey = FOLDER/whole-key.pem
            auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
            acl_smtp_rcpt = rcpt
            acl_smtp_data = accept
            smtputf8_advertise_hosts = *
            dsn_advertise_hosts = *
            chunking_advertise_hosts = *
            host_lookup =
            message_size_limit = SIZE
            deliver_drop_privilege
            smtp_accept_queue_per_connection = 0
            smtp_accept_max_per_connection = 10000

            begin acl
            rcpt:
              accept authenticated = *
                     verify = recipient

            begin routers
            boxes:
              driver = accept
              domains = example.org : example.com
              local_parts = lsearch;FOLDER/boxes
              transport = boxes

            begin transports
            boxes:
              driver = appendfile
              directory = FOLDER/mail/$local_part_data
              maildir_format
              user = nobody
              envelope_to_add
              return_path_add

            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_condition = ${if and{{eq{$auth2}{USER}}{eq{$auth3}{PASSWORD}}}}
              server_set_id = $auth2
            login:
              driver = plaintext
              public_name = LOGIN
              server_prompts = Username:: : Password::
              server_condition = ${if and{{eq{$auth1}{USER}}{eq{$auth2}{PASSWORD}}}}
              server_set_id = $auth1
            cram:
              driver = cram_md5
              public_name = CRAM-MD5
              server_secret = ${if eq{$auth1}{USER}{PASSWORD}fail}
              server_set_id = $auth1
            """;
    private static final String BOXES = "jo: jo\nann: ann\nbob: bob\nshop: shop\n" + UTF8 + ": utf8\n";

    private final PeerFolder folder = new PeerFolder("exim");
    private final int port = PeerFolder.freePort();
    private final int tlsPort = PeerFolder.freePort();
    private final Process daemon;

    EximServer(TestTls tls) throws IOException {
        folder.write(tls);
        // GnuTLS wants the public key beside the private one
        folder.run("openssl", "ec", "-in", "key.pem", "-out", "whole-key.pem");
        folder.give("whole-key.pem", "nobody");
        folder.directory("spool", "nobody");
        folder.directory("mail", "nobody");
        folder.write("boxes", BOXES);
        Path settings = folder.write("exim.conf", settings());
        Path users = folder.write(
                "passwd", Files.readString(Path.of("/etc/passwd")) + "Debian-exim:x:65534:65534:::/usr/sbin/nologin\n");
        Path groups = folder.write("group", Files.readString(Path.of("/etc/group")) + "Debian-exim:x:65534:\n");
        this.daemon = folder.start(
                Map.of(
                        "LD_PRELOAD",
                        "libnss_wrapper.so",
                        "NSS_WRAPPER_PASSWD",
                        users.toString(),
                        "NSS_WRAPPER_GROUP",
                        groups.toString()),
                PROGRAM.toString(),
                "-C",
                settings.toString(),
                "-bdf");
        folder.awaitPorts(port, tlsPort);
    }

    private String settings() {
        return SETTINGS.replace("PROGRAM", PROGRAM.toString())
                .replace("PORT1", String.valueOf(port))
                .replace("PORT2", String.valueOf(tlsPort))
                .replace("SIZE", String.valueOf(MAX_SIZE))
                .replace("USER", USER)
                .replace("PASSWORD", PASSWORD);
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
        PeerFolder.stop(daemon);
        folder.close();
    }
}
