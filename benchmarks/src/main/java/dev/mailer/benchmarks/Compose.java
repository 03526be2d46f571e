// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.internal.mime.MailDraft;
import dev.mailer.core.internal.mime.MessageComposer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a mail of 10 kB of text and HTML costs on its way from the decoded Email to bytes, on one thread, by that thread's CPU. */
final class Compose implements Benchmark {
    private static final String COST = "CPU us/mail";
    private static final Instant ACCEPTED = Instant.parse("2026-11-21T10:00:00Z");
    private static final List<Recipient> RECIPIENTS = List.of(new Recipient(1, Address.of("jo@example.org"), 1));

    /** A way to make one mail. */
    @FunctionalInterface
    private interface Way {
        int bytes() throws IOException, MessagingException;
    }

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MessageComposer composer = new MessageComposer();
    private final MailDraft.Stamp stamp = new MailDraft.Stamp(
            Mails.id(), new Lane("default", "transactional"), ACCEPTED, "<bench.1@mailer.example.com>");
    /** What was measured was made. */
    private volatile long written;

    @Override
    public void run(Session session) throws Exception {
        Email ascii = Mails.composedEmail();
        Email german = Mails.umlautEmail();
        Way ours = () -> composed(ascii);
        Way accents = () -> composed(german);
        Way angus = Compose::angus;
        Way joined = Compose::joined;
        for (int i = 0; i < 3; i++) {
            for (Way way : List.of(ours, accents, angus, joined)) {
                measure(way, session, new Figures(), "warm-up");
            }
        }
        Figures figures = new Figures();
        for (int round = 0; round < session.rounds(); round++) {
            measure(ours, session, figures, "composed");
            measure(angus, session, figures, "Angus by hand");
            measure(accents, session, figures, "composed, text with umlauts");
            measure(joined, session, figures, "joined by hand");
        }
        figures.addRatios("Angus by hand", "composed", COST, "times the composer's");
        figures.print("compose: a mail of text and HTML, 10 kB");
        session.result("compose", figures.median("composed", COST), "<", 25);
    }

    private void measure(Way way, Session session, Figures figures, String row) throws Exception {
        long nanos = TimeUnit.MILLISECONDS.toNanos(session.isQuick() ? 300 : 1_500);
        long self = Thread.currentThread().getId();
        long allocated = thread.getThreadAllocatedBytes(self);
        long start = thread.getCurrentThreadCpuTime();
        long bytes = 0;
        int mails = 0;
        long cpu;
        do {
            for (int i = 0; i < 100; i++) {
                bytes += way.bytes();
            }
            mails += 100;
            cpu = thread.getCurrentThreadCpuTime() - start;
        } while (cpu < nanos);
        written += bytes;
        figures.add(row, COST, cpu / 1e3 / mails);
        figures.add(row, "kB allocated", (thread.getThreadAllocatedBytes(self) - allocated) / 1e3 / mails);
        figures.add(row, "kB written", bytes / 1e3 / mails);
    }

    private int composed(Email email) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        composer.compose(MailDraft.of(stamp, RECIPIENTS, email, null)).writeTo(out, WireCapabilities.MINIMAL);
        return out.size();
    }

    /** As an application does it that has only Jakarta Mail. */
    private static int angus() throws IOException, MessagingException {
        MimeBodyPart text = new MimeBodyPart();
        text.setText(Mails.TEXT, "utf-8");
        MimeBodyPart html = new MimeBodyPart();
        html.setText(Mails.HTML, "utf-8", "html");
        MimeMessage message = new MimeMessage((jakarta.mail.Session) null);
        message.setFrom(new InternetAddress("Shop <shop@example.com>"));
        message.setRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress("Jo <jo@example.org>"));
        message.setSubject("Your order 4711", "utf-8");
        message.setSentDate(Date.from(ACCEPTED));
        message.setContent(new MimeMultipart("alternative", text, html));
        message.saveChanges();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        message.writeTo(out);
        return out.size();
    }

    /** The least that can be done: a finished message around two strings, in one array. */
    private static int joined() {
        return Mails.mime(Mails.TEXT, Mails.HTML).getBytes(StandardCharsets.US_ASCII).length;
    }
}
