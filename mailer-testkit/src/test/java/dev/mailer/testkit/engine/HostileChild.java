// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.MailerException;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** The process with the small heap: hands one hostile input after the other to a mailer, and says what became of each. */
final class HostileChild {
    /** The last case: a mail like any other. */
    static final String USUAL = "usual mail";

    /** Begins the outcome of a case that met no limit but broke something. */
    static final String FAILED = "FAILED";

    private static final int DEEP = 100_000;
    private static final int MANY = 1_000_000;
    private static final long GIGABYTE = 1L << 30;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private interface Case {
        void run(MailerEngine mailer);
    }

    private HostileChild() {}

    /** The store, and the URI of the transport. */
    public static void main(String[] args) {
        try (MailerEngine mailer =
                Mailers.builder().store(args[0]).transport(args[1]).build()) {
            for (Map.Entry<String, Case> hostile : cases().entrySet()) {
                long start = System.nanoTime();
                String outcome = outcome(hostile.getValue(), mailer);
                long millis = (System.nanoTime() - start) / 1_000_000;
                say(hostile.getKey() + "|" + outcome + "|" + millis);
            }
            MessageId id = mailer.send(Rig.mail("last@example.org").build()).id();
            say(USUAL + "|" + mailer.await(id, PATIENCE).deliveries().get(0).state() + "|0");
        }
    }

    static Map<String, Case> cases() {
        Map<String, Case> all = new LinkedHashMap<>();
        all.put("nested multiparts", mailer -> raw(mailer, nested(DEEP)));
        all.put(
                "nested messages",
                mailer -> raw(mailer, repeated("", DEEP, i -> "Content-Type: message/rfc822\r\n\r\n")));
        all.put("many parts", mailer -> raw(mailer, parts()));
        all.put("many header fields", mailer -> raw(mailer, repeated("", MANY, i -> "X-A: b\r\n")));
        all.put("folded header field", mailer -> raw(mailer, repeated("X-A: b\r\n", MANY, i -> " folded\r\n")));
        all.put("header field without end", mailer -> raw(mailer, repeated("X-A: ", MANY, i -> "abcdefgh")));
        all.put("no header", mailer -> raw(mailer, repeated("", MANY, i -> "\r\n")));
        all.put("many headers", HostileChild::headers);
        all.put("many recipients", HostileChild::recipients);
        all.put(
                "many addresses in one text",
                m -> Address.parseList(repeated("a@b.example", MANY, i -> ",a@b.example")));
        all.put("nested comments", m -> Address.parse(repeated("", MANY, i -> "(") + "a@b.example"));
        all.put("long address", m -> Address.of(repeated("", MANY, i -> "a.") + "a@b.example"));
        all.put(
                "long subject",
                m -> m.send(mail().subject(repeated("", MANY, i -> "subject ")).build()));
        all.put(
                "large attachment",
                m -> m.send(mail().subject("x").attach(zeros(GIGABYTE)).build()));
        all.put("many attachments", HostileChild::attachments);
        return all;
    }

    private static String outcome(Case hostile, MailerEngine mailer) {
        try {
            hostile.run(mailer);
            return "accepted";
        } catch (MailerException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        } catch (Throwable e) {
            // an Error is what this is about
            return FAILED + " " + e;
        }
    }

    private static Email.Builder mail() {
        return Email.builder().from("shop@example.com").to("jo@example.org").text("x");
    }

    private static void raw(MailerEngine mailer, String mime) {
        mailer.send(Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .raw(mime.getBytes(StandardCharsets.ISO_8859_1))
                .build());
    }

    private static String repeated(String before, int times, IntFunction<String> part) {
        StringBuilder text = new StringBuilder(before);
        for (int i = 0; i < times; i++) {
            text.append(part.apply(i));
        }
        return text.toString();
    }

    private static String nested(int depth) {
        return repeated(
                "Content-Type: multipart/mixed; boundary=b0\r\n\r\n",
                depth,
                i -> "--b" + i + "\r\nContent-Type: multipart/mixed; boundary=b" + (i + 1) + "\r\n\r\n");
    }

    private static String parts() {
        return repeated("Content-Type: multipart/mixed; boundary=b\r\n\r\n", MANY, i -> "--b\r\n\r\n");
    }

    private static void headers(MailerEngine mailer) {
        Email.Builder mail = mail().subject("x");
        for (int i = 0; i < MANY; i++) {
            mail.header("X-" + i, "x");
        }
        mailer.send(mail.build());
    }

    private static void recipients(MailerEngine mailer) {
        Email.Builder mail = mail().subject("x");
        for (int i = 0; i < MANY; i++) {
            mail.to("r" + i + "@example.org");
        }
        mailer.send(mail.build());
    }

    private static void attachments(MailerEngine mailer) {
        Email.Builder mail = mail().subject("x");
        for (int i = 0; i < 1_000; i++) {
            mail.attach(zeros(GIGABYTE / 1_000));
        }
        mailer.send(mail.build());
    }

    private static Attachment zeros(long size) {
        return Attachment.of("zeros.bin", "application/octet-stream", () -> new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                int count = (int) Math.min(length, left);
                left -= count;
                return count == 0 && length > 0 ? -1 : count;
            }
        });
    }

    private static void say(String line) {
        System.out.println(line.replace('\n', ' '));
    }
}
