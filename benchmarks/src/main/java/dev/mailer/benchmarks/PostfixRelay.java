// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Postfix of our own in the scratch folder that relays to the sink; every setting that matters for speed or safety is its default. */
final class PostfixRelay implements AutoCloseable {
    private final Path conf;
    private final Path scratch;
    private final Path mail;
    private final int port;
    private final long master;

    private PostfixRelay(Path conf, Path scratch, Path mail, int port, long master) {
        this.conf = conf;
        this.scratch = scratch;
        this.mail = mail;
        this.port = port;
        this.master = master;
    }

    static PostfixRelay start(Session session, SmtpSink sink) throws IOException, InterruptedException {
        Path home = session.scratch().resolve("postfix");
        Path conf = Files.createDirectories(home.resolve("conf"));
        Path spool = Files.createDirectories(home.resolve("spool"));
        Path data = Files.createDirectories(home.resolve("data"));
        int port = Programs.freePort();
        Files.writeString(conf.resolve("main.cf"), mainCf(home, spool, data, sink.port()));
        Files.writeString(conf.resolve("master.cf"), masterCf(port));
        Programs.call(home, List.of("chown", "postfix", data.toString()));
        Path log = session.scratch().resolve("postfix.log");
        Programs.call(home, List.of("sh", "-c", "postfix -c '" + conf + "' start >'" + log + "' 2>&1"));
        Programs.awaitPort(port, log);
        long master =
                Long.parseLong(Files.readString(spool.resolve("pid/master.pid")).strip());
        Programs.remember(session, master);
        Path mail = session.scratch().resolve("mail.txt");
        Files.writeString(mail, new String(Mails.raw(), StandardCharsets.US_ASCII).replace("\r\n", "\n"));
        return session.closing(new PostfixRelay(conf, session.scratch(), mail, port, master));
    }

    /** Hands mails over with {@code smtp-source}; returns when the last one was accepted. */
    void submit(int mails) throws IOException, InterruptedException {
        Programs.call(
                scratch,
                List.of(
                        "smtp-source",
                        "-d",
                        "-s",
                        "20",
                        "-F",
                        mail.toString(),
                        "-m",
                        String.valueOf(mails),
                        "-f",
                        "shop@example.com",
                        "-t",
                        "jo@" + Mails.DOMAIN,
                        "127.0.0.1:" + port));
    }

    long pid() {
        return master;
    }

    @Override
    public void close() throws IOException {
        try {
            Programs.call(conf, List.of("postfix", "-c", conf.toString(), "stop"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String mainCf(Path home, Path spool, Path data, int sink) throws IOException, InterruptedException {
        return """
                compatibility_level = 3.6
                queue_directory = %s
                data_directory = %s
                command_directory = %s
                daemon_directory = %s
                mail_owner = postfix
                setgid_group = postdrop
                myhostname = relay.example.com
                mydestination =
                alias_maps =
                alias_database =
                local_recipient_maps =
                mynetworks = 127.0.0.0/8
                smtpd_relay_restrictions = permit_mynetworks, reject
                relayhost = [127.0.0.1]:%d
                inet_protocols = ipv4
                smtp_host_lookup = native
                smtp_dns_support_level = disabled
                """.formatted(
                        spool, data, packaged(home, "command_directory"), packaged(home, "daemon_directory"), sink);
    }

    private static String packaged(Path home, String name) throws IOException, InterruptedException {
        return Programs.call(home, List.of("postconf", "-d", "-h", name)).strip();
    }

    private static String masterCf(int port) {
        return ("127.0.0.1:" + port + " inet n - n - - smtpd\n") + """
                pickup unix n - n 60 1 pickup
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                tlsmgr unix - - n 1000? 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                verify unix - - n - 1 verify
                flush unix n - n 1000? 0 flush
                proxymap unix - - n - - proxymap
                smtp unix - - n - - smtp
                relay unix - - n - - smtp
                error unix - - n - - error
                retry unix - - n - - error
                anvil unix - - n - 1 anvil
                scache unix - - n - 1 scache
                postlog unix-dgram n - n - 1 postlogd
                """;
    }
}
