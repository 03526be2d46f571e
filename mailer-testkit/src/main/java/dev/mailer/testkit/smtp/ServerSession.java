// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.Bytes;
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
    private boolean authenticated;

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
            case "HELO" -> say(Stage.HELO, "250 scripted.test");
            case "STARTTLS" -> startTls();
            case "AUTH" -> auth(line);
            case "MAIL" -> mail(line);
            case "RCPT" -> rcpt(line);
            case "DATA" -> data();
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
        String mechanism = words.length < 2 ? "" : words[1].toUpperCase(Locale.ROOT);
        String expected = settings.user() + '\0' + settings.password();
        String given;
        if (mechanism.equals("PLAIN")) {
            String answer = words.length == 3 ? words[2] : ask("");
            if (answer == null) {
                return;
            }
            String decoded = decode(answer);
            given = decoded.substring(decoded.indexOf('\0') + 1);
        } else if (mechanism.equals("LOGIN")) {
            String user = ask("Username:");
            String password = user == null ? null : ask("Password:");
            if (user == null || password == null) {
                return;
            }
            given = decode(user) + '\0' + decode(password);
        } else {
            wire.write("504 5.5.4 unknown mechanism\r\n");
            return;
        }
        boolean right = settings.user() != null && given.equals(expected);
        authenticated = say(Stage.AUTH, right ? "235 2.7.0 welcome" : "535 5.7.8 wrong user or password") && right;
    }

    /** The answer; null when the question was not put. */
    private @Nullable String ask(String prompt) throws IOException {
        String encoded = Base64.getEncoder().encodeToString(prompt.getBytes(StandardCharsets.US_ASCII));
        if (!say(Stage.AUTH_CHALLENGE, "334 " + encoded)) {
            return null;
        }
        String answer = wire.readLine();
        record.heard(answer);
        return answer;
    }

    private static String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
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
        byte[] octets = wire.readContent(() -> script.take(Stage.MID_CONTENT));
        ReceivedMail mail = new ReceivedMail(command, recipients, Bytes.wrap(octets));
        clear();
        Reaction last = script.take(Stage.FINAL_REPLY);
        if (last == null || !last.refuses()) {
            record.received(mail);
            onMail.run();
        }
        say(last, "250 2.0.0 taken");
    }

    private void clear() {
        mailCommand = null;
        recipients.clear();
    }
}
