// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Mail of the kinds that break signatures elsewhere. */
enum MailKind {
    PLAIN,
    HTML_AND_FILES,
    EIGHT_BIT,
    NAUGHTY,
    LONG_LINES,
    DOT_LINES,
    EMPTY,
    MEGABYTE,
    RAW,
    RAW_EIGHT_BIT;

    Email.Builder mail() {
        Email.Builder mail = Email.builder().from("Shop <shop@example.com>").to("Jo <jo@example.org>");
        if (!name().startsWith("RAW")) {
            mail.subject("Gr\u00fc\u00dfe");
        }
        return switch (this) {
            case PLAIN -> mail.text("Hello,\n\nThank you!  \n-- \nShop");
            case HTML_AND_FILES ->
                mail.text("Hello")
                        .html("<p>Hello <b>W\u00f6rld</b></p>")
                        .attach(Attachment.of("Rechnung f\u00fcr M\u00e4rz.txt", bytes("zw\u00f6lf\r\n")))
                        .attach(Attachment.of("empty.bin", new byte[0]));
            case EIGHT_BIT -> mail.text("\u65e5\u672c\u8a9e \ud83d\ude00 \u00df\n".repeat(50));
            case NAUGHTY ->
                mail.text("--=_s_\n--=_m_\nFrom me\n=_\t \n\u202e\ufeff\u0001\u007f '; DROP TABLE--\n\f\n\n\n");
            case LONG_LINES -> mail.text("x".repeat(5_000) + "\n" + " ".repeat(2_000));
            case DOT_LINES -> mail.text(".\n..\n.a\n\n.\n");
            case EMPTY -> mail.text("");
            case MEGABYTE -> mail.text("see the file").attach(Attachment.of("random.bin", random(1 << 20)));
            case RAW -> mail.raw(bytes("From: shop@example.com\r\nSubject: raw\r\n\r\nas  it is \r\n.\r\n--\r\n"));
            case RAW_EIGHT_BIT ->
                mail.raw(bytes(String.join(
                        "\r\n",
                        "From: shop@example.com",
                        "MIME-Version: 1.0",
                        "Content-Type: text/plain; charset=utf-8",
                        "Content-Transfer-Encoding: 8bit",
                        "",
                        "Gr\u00fc\u00dfe",
                        "")));
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
