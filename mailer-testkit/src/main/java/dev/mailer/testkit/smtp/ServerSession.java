// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One session of the server, run by its own thread: a plain, correct SMTP server wherever the script says nothing. */
final class ServerSession {
    private final ScriptedSmtpServer.Settings settings;
    private final Script script;
    private final ServerWire wire;
    private final RecordedSession record;
    private final Runnable onMail;
    private final List<String> recipients = new ArrayList<>();
    private @Nullable String mailCommand;
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private boolean authenticated;
    private boolean chunkRefused;
    private boolean lmtp;

    ServerSession(
            ScriptedSmtpServer.Settings settings,
            Script script,
            ServerWire wire,
            RecordedSession record,
            Runnable onMail) {
        this.settings = settings;
        this.script = script;
        this.wire = wire;
        this.record = record;
        this.onMail = onMail;
    }

    /** Ends by an exception when either side closes. */
    void run() throws IOException {
        if (settings.implicitTls() && settings.tls() != null) {
            wire.startTls(settings.tls().serverContext(), settings.clientCertificates());
        }
        say(Stage.GREETING, "220 scripted.test ESMTP");
        boolean open = true;
        while (open) {
            String line = wire.readLine();
            record.heard(line);
            open = command(line);
        }
    }

    /** What stands between the angle brackets of a MAIL or RCPT command; empty when there is nothing. */
    static String path(String command) {
        int from = command.indexOf('<');
        int to = command.lastIndexOf('>');
        return from < 0 || to < from ? "" : command.substring(from + 1, to);
    }

    private boolean command(String line) throws IOException {
        String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO" -> ehlo();
            case "LHLO" -> {
                lmtp = true;
                ehlo();
            }
            case "HELO" -> say(Stage.HELO, "250 scripted.test");
            case "STARTTLS" -> startTls();
            case "AUTH" -> auth(line);
            case "MAIL" -> mail(line);
            case "RCPT" -> rcpt(line);
            case "DATA" -> data();
            case "BDAT" -> bdat(line);
            case "RSET" -> {
                clear();
                say(Stage.RSET, "250 2.0.0 reset");
            }
            case "NOOP" -> wire.write("250 2.0.0 ok\r\n");
            case "QUIT" -> {
                say(Stage.QUIT, "221 2.0.0 bye");
                return false;
            }
            default -> wire.write("500 5.5.1 unknown command\r\n");
        }
        return true;
    }

    /** Plays the reaction for the stage or says the usual; true when the command takes effect. */
    private boolean say(Stage stage, String usual) throws IOException {
        return say(script.take(stage), usual);
    }

    private boolean say(@Nullable Reaction reaction, String usual) throws IOException {
        if (reaction == null) {
            wire.write(usual + "\r\n");
            return Reaction.isPositive(usual);
        }
        reaction.play(wire, usual + "\r\n");
        return reaction.takesEffect();
    }

    private void ehlo() throws IOException {
        clear();
        List<String> offers = new ArrayList<>(settings.extensions());
        if (settings.tls() != null && !record.secure()) {
            offers.add("STARTTLS");
        } else if (settings.user() != null) {
            offers.add("AUTH " + String.join(" ", settings.mechanisms()));
        }
        StringBuilder reply = new StringBuilder(offers.isEmpty() ? "250 scripted.test" : "250-scripted.test");
        for (int i = 0; i < offers.size(); i++) {
            reply.append("\r\n250").append(i == offers.size() - 1 ? ' ' : '-').append(offers.get(i));
        }
        boolean upgraded = record.secure() && !settings.implicitTls();
        say(upgraded ? Stage.EHLO_AFTER_TLS : Stage.EHLO, reply.toString());
    }

    private void startTls() throws IOException {
        TestTls tls = settings.tls();
        if (tls == null) {
            say(Stage.STARTTLS, "502 5.5.1 not offered");
        } else if (say(Stage.STARTTLS, "220 2.0.0 go ahead")) {
            wire.startTls(tls.serverContext(), settings.clientCertificates());
        }
    }

    private void auth(String line) throws IOException {
        String[] words = line.split(" ", 3);
        ServerLogin login = new ServerLogin(settings, this::ask);
        Boolean right = login.run(
                words.length < 2 ? "" : words[1].toUpperCase(Locale.ROOT), words.length < 3 ? null : words[2]);
        if (right == null) {
            return;
        }
        authenticated = say(Stage.AUTH, right ? "235 2.7.0 welcome" : "535 5.7.8 wrong user or password") && right;
    }

    /** The answer, encoded; null when the question was not put. */
    private @Nullable String ask(String challenge) throws IOException {
        String encoded = Base64.getEncoder().encodeToString(challenge.getBytes(StandardCharsets.UTF_8));
        if (!say(Stage.AUTH_CHALLENGE, "334 " + encoded)) {
            return null;
        }
        String answer = wire.readLine();
        record.heard(answer);
        return answer;
    }

    private void mail(String line) throws IOException {
        if (settings.user() != null && !authenticated) {
            wire.write("530 5.7.0 log in first\r\n");
        } else if (mailCommand != null) {
            wire.write("503 5.5.1 there is a sender already\r\n");
        } else if (say(Stage.MAIL_FROM, "250 2.1.0 ok")) {
            mailCommand = line;
        }
    }

    private void rcpt(String line) throws IOException {
        if (mailCommand == null) {
            wire.write("503 5.5.1 no sender\r\n");
            return;
        }
        Reaction own = script.takeFor(path(line));
        if (say(own == null ? script.take(Stage.RCPT_TO) : own, "250 2.1.5 ok")) {
            recipients.add(path(line));
        }
    }

    private void data() throws IOException {
        String command = mailCommand;
        if (command == null || recipients.isEmpty()) {
            wire.write("503 5.5.1 no recipients\r\n");
            return;
        }
        if (!say(Stage.DATA, "354 go on")) {
            return;
        }
        Reaction content = script.take(Stage.CONTENT);
        if (content != null) {
            content.play(wire, "");
        }
        taken(command, wire.readContent(() -> script.take(Stage.MID_CONTENT)));
    }

    /** Content in chunks (RFC 3030 §2). */
    private void bdat(String line) throws IOException {
        String[] words = line.split(" ", -1);
        byte[] chunk = wire.readOctets(Integer.parseInt(words[1]));
        String command = mailCommand;
        if (command == null || recipients.isEmpty() || chunkRefused) {
            wire.write("503 5.5.1 " + (chunkRefused ? "that mail was refused" : "no recipients") + "\r\n");
            return;
        }
        chunks.writeBytes(chunk);
        if (words.length > 2) {
            byte[] octets = chunks.toByteArray();
            chunks.reset();
            taken(command, octets);
        } else {
            chunkRefused = !say(Stage.CHUNK, "250 2.0.0 " + chunk.length + " octets");
        }
    }

    private void taken(String command, byte[] octets) throws IOException {
        ReceivedMail mail = new ReceivedMail(command, recipients, Bytes.wrap(octets));
        List<@Nullable Reaction> reactions = new ArrayList<>();
        boolean kept = false;
        for (int i = 0; i < (lmtp ? mail.recipients().size() : 1); i++) {
            Reaction reaction = script.take(Stage.FINAL_REPLY);
            reactions.add(reaction);
            kept = kept || reaction == null || !reaction.refuses();
        }
        clear();
        if (kept) {
            record.received(mail);
            onMail.run();
        }
        for (@Nullable Reaction reaction : reactions) {
            say(reaction, "250 2.0.0 taken");
        }
    }

    private void clear() {
        mailCommand = null;
        recipients.clear();
        chunks.reset();
        chunkRefused = false;
    }
}
