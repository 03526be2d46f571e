// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Mails of all shapes, of words that have made trouble. What the API refuses is left out. */
final class RandomMails {
    private static final List<String> OWN = List.of(
            "a",
            "word",
            "zwei Wörter",
            " ",
            "  ",
            "\t",
            ".",
            "..",
            "=",
            "=_",
            "=_m_",
            "--",
            "--=_m_01977d3e5a0070008000",
            "=20",
            "=?utf-8?Q?a?=",
            "=?utf-8?B?w7w=?=",
            "?=",
            "=?",
            "From ",
            ">From ",
            "é",
            "ü",
            "😀",
            "東京",
            "\u200f",
            "\u2028",
            "\u0085",
            "\u0007",
            "\u007f",
            "\u000c",
            "\u0301",
            "'",
            "\"",
            "\\",
            "(",
            ")",
            "<",
            ">",
            "@",
            ",",
            ";",
            ":",
            "[",
            "]",
            "%",
            "%41",
            "*",
            "utf-8''x",
            "\u00a0",
            "\ufeff",
            "\ufffd",
            "\ud83d\ude00\u200d",
            "x".repeat(80),
            "é".repeat(40),
            "😀".repeat(30));
    private static final List<String> LINE_ENDS = List.of("\r\n", "\n", "\r", " \n", "\t\r\n", "\n\n", "\r\n\r\n", "");
    private static final List<String> TYPES = List.of(
            "application/pdf",
            "application/octet-stream",
            "image/png",
            "text/plain",
            "text/plain; charset=utf-8",
            "text/html; charset=iso-8859-1",
            "text/calendar; method=REQUEST; charset=utf-8",
            "message/rfc822",
            "multipart/mixed; boundary=x");
    /** Around the ends of lines and blocks of base64. */
    private static final List<Integer> SIZES = List.of(0, 1, 2, 3, 56, 57, 58, 114, 1_000, 8_207, 8_208, 8_209, 20_000);

    private final IntUnaryOperator below;
    private final List<String> naughty;

    /** @param below gives a number from 0 to one less than it is asked for */
    RandomMails(IntUnaryOperator below, List<String> naughty) {
        this.below = below;
        this.naughty = naughty.isEmpty() ? OWN : naughty;
    }

    Email next() {
        Email.Builder mail = Email.builder().from(box("shop@example.com"));
        for (int i = 0; i <= below.applyAsInt(3); i++) {
            mail.to(box("jo-" + i + "@example.org"));
        }
        or(() -> line(5), s -> mail.subject(s), s -> Mails.mail().header("X-Own", s), "-");
        if (chance(3)) {
            or(() -> line(6), s -> mail.header("X-Own", s), s -> Mails.mail().header("X-Own", s), "-");
        }
        int bodies = below.applyAsInt(3);
        if (bodies != 1) {
            or(this::text, mail::text, s -> Email.builder().text(s), "-");
        }
        if (bodies != 0) {
            or(() -> "<p>" + text(), mail::html, s -> Email.builder().html(s), "-");
        }
        for (int i = below.applyAsInt(4); i > 0; i--) {
            mail.attach(file());
        }
        return mail.build();
    }

    private Attachment file() {
        byte[] content = new byte[SIZES.get(below.applyAsInt(SIZES.size()))];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + content.length);
        }
        String type = TYPES.get(below.applyAsInt(TYPES.size()));
        Attachment named = accepted(() -> Attachment.of(line(3), type, content));
        Attachment file = named == null ? Attachment.of("plain.bin", type, content) : named;
        return chance(3) ? file.inline("id." + below.applyAsInt(100) + "@example.com") : file;
    }

    private Address box(String address) {
        Address named = chance(2) ? accepted(() -> Address.of(line(4), address)) : null;
        return named == null ? Address.of(address) : named;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = below.applyAsInt(12); i > 0; i--) {
            text.append(line(6)).append(LINE_ENDS.get(below.applyAsInt(LINE_ENDS.size())));
        }
        if (chance(20)) {
            text.append("x".repeat(990 + below.applyAsInt(20)));
        }
        return text.toString();
    }

    private String line(int most) {
        StringBuilder line = new StringBuilder();
        for (int i = below.applyAsInt(most) + 1; i > 0; i--) {
            List<String> words = chance(3) ? naughty : OWN;
            line.append(words.get(below.applyAsInt(words.size()))).append(chance(2) ? " " : "");
        }
        return line.toString();
    }

    private boolean chance(int oneIn) {
        return below.applyAsInt(oneIn) == 0;
    }

    /** Sets what passes a trial, or something plain: a builder is not to be used behind a refusal. */
    private static void or(
            Supplier<String> value, Consumer<String> sink, Function<String, Object> trial, String otherwise) {
        String chosen = value.get();
        sink.accept(accepted(() -> trial.apply(chosen)) == null ? otherwise : chosen);
    }

    static <T> @Nullable T accepted(Supplier<T> construction) {
        try {
            return construction.get();
        } catch (InvalidEmailException e) {
            return null;
        }
    }
}
