// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mailer.api.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keys, a mail, and short ways to sign and verify. */
final class Signing {
    static final long AT = 1_700_000_000L;
    static final DkimPrivateKey RSA = DkimPrivateKey.parse(Secret.of(Corpus.text("dkimpy/2048_testkey.key")));
    static final DkimPrivateKey ED25519 = DkimPrivateKey.parse(Secret.of(Corpus.text("dkimpy/ed25519test.key")));

    static final String MAIL = String.join(
            "\r\n",
            "Date: Tue, 14 Nov 2023 22:13:20 +0000",
            "From: \"Shop\"  <shop@example.com>",
            "To: jo@example.org,",
            "\tann@example.org",
            "Subject: Your  order",
            "Message-ID: <1@mailer.example>",
            "MIME-Version: 1.0",
            "Reply-To: help@example.com",
            "X-Order: 4711",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 7bit",
            "",
            "Thank you,  Jo! ",
            ".",
            "",
            "The shop",
            "",
            "");

    private Signing() {}

    static DkimSigner both() {
        return DkimSigner.builder()
                .key("example.com", "r1", RSA.toPem())
                .key("example.com", "e1", ED25519.toPem())
                .build();
    }

    static Map<String, String> records() {
        Map<String, String> records = new HashMap<>();
        records.put("r1._domainkey.example.com", RSA.record());
        records.put("e1._domainkey.example.com", ED25519.record());
        return records;
    }

    /** The fields and the mail behind them. */
    static String signed(DkimSigner signer, String domain, String mail) {
        String fields = fields(signer, domain, AT, mail);
        return (fields == null ? "" : fields) + mail;
    }

    static String fields(DkimSigner signer, String domain, long at, String mail) {
        try {
            return signer.sign(domain, at, out -> out.write(mail.getBytes(ISO_8859_1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<DkimResult> verify(String message, Map<String, String> records) {
        return verify(message.getBytes(ISO_8859_1), records, AT);
    }

    static List<DkimResult> verify(byte[] message, Map<String, String> records, long at) {
        DkimKeyLookup keys = name -> records.containsKey(name) ? List.of(records.get(name)) : List.of();
        try {
            return new DkimVerifier(keys, InstantSource.fixed(Instant.ofEpochSecond(at)))
                    .verify(out -> out.write(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
