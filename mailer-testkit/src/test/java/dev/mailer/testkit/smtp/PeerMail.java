// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mailer.api.spi.Bytes;
import dev.mailer.testkit.SampleSubmission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A mail that can be told from all others in a mailbox, with all that a server would add where it is missing.
 *
 * @param mark the line it begins with
 * @param text its octets, one a character
 */
record PeerMail(String mark, String text) {
    /** Bodies that end early, or in two, where a transport or a server does not keep to the rules of dots and lines. */
    static final List<String> BODIES = List.of(
            "",
            ".\r\n",
            "..\r\n",
            ".a\r\n",
            "a.\r\n.\r\n",
            "a\r\n.\r\nb\r\n",
            "a\r\n..\r\n...\r\n",
            ".\r\n.\r\n.\r\n",
            "\r\n.\r\nMAIL FROM:<evil@example.com>\r\n",
            "\r\n\r\n\r\n",
            "no line end",
            "a\r\nhalf a line end\r",
            " \r\n\t\r\n trailing blanks \t \r\n",
            "From here\r\n>From there\r\n",
            "x".repeat(998) + "\r\n." + "y".repeat(997) + "\r\n",
            PeerFolder.octets("Gr\u00fc\u00dfe\r\n.\u00fc\r\n\ud83d\ude00\r\n"),
            "\u0001\u0007\u001b\u007f\u0080\u00a0\u00fe\u00ff\r\n");

    /** What a careless server takes for the end of a mail's content. */
    private static final List<String> FALSE_ENDS = List.of(
            "\n.\n",
            "\r.\r",
            "\n.\r\n",
            "\r\n.\n",
            "\r\n.\r",
            "\r.\r\n",
            "\r.\n",
            "\n.\r",
            "\r\n.\r\r\n",
            "\r\r\n.\r\r\n",
            "\r\n\0.\r\n",
            "\n\n.\n\n");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Bodies that carry a second mail, for bob@example.org, behind each false end. */
    static Stream<String> smuggling() {
        return FALSE_ENDS.stream()
                .map(
                        end -> "a" + end
                                + "MAIL FROM:<shop@example.com>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\n");
    }

    static PeerMail of(String body) {
        return of("hello", body);
    }

    static PeerMail of(String subject, String body) {
        int number = NUMBER.incrementAndGet();
        String mark = "X-Mark: " + number + "\r\n";
        return new PeerMail(
                mark,
                mark + "From: shop@example.com\r\nTo: jo@example.org\r\nSubject: " + PeerFolder.octets(subject)
                        + "\r\nDate: Thu, 01 Jan 2026 12:00:00 +0000\r\nMessage-ID: <" + number
                        + "@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\n" + body);
    }

    /** Of 1 to 100 kB: short and long lines, dots, octets of any value but those of line ends, and often without a last line end. */
    static PeerMail random(Random random) {
        int size = 1_000 + random.nextInt(99_000);
        StringBuilder body = new StringBuilder(size + 1_000);
        while (body.length() < size) {
            switch (random.nextInt(5)) {
                case 0 -> body.append(".".repeat(random.nextInt(4)));
                case 1 -> body.append("x".repeat(998));
                case 2 -> binary(random, body);
                default -> body.append("The quick brown fox jumps over the lazy dog.");
            }
            body.append("\r\n");
        }
        return of(random.nextBoolean() ? body.toString() : body + "the end");
    }

    private static void binary(Random random, StringBuilder body) {
        int length = random.nextInt(900);
        for (int i = 0; i < length; i++) {
            int octet = 1 + random.nextInt(255);
            body.append(octet == '\r' || octet == '\n' ? '\t' : (char) octet);
        }
    }

    SampleSubmission to(String... recipients) {
        return SampleSubmission.of(Bytes.wrap(text.getBytes(ISO_8859_1)), recipients);
    }

    /** As it is to arrive: bare line ends made whole, and the last line ended. */
    String arrived() {
        return arrived(text);
    }

    /** As {@link #arrived()}, of any content. */
    static String arrived(String text) {
        String whole = text.replaceAll("\r(?!\n)|(?<!\r)\n", "\r\n");
        return whole.endsWith("\r\n") ? whole : whole + "\r\n";
    }

    /** The stored mails by their marks, without what the servers put on top. */
    static Map<String, List<String>> byMark(List<String> stored) {
        Map<String, List<String>> found = new HashMap<>();
        for (String one : stored) {
            int at = one.indexOf("X-Mark: ");
            if (at >= 0) {
                String mark = one.substring(at, one.indexOf('\n', at) + 1);
                found.computeIfAbsent(mark, m -> new ArrayList<>()).add(one.substring(at));
            }
        }
        return found;
    }
}
