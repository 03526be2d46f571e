// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mailer.api.InvalidEmailException;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class RawMailFuzzTest {
    @DictionaryEntries({
        "From: a\\x0d\\x0a",
        "Bcc: b\\x0d\\x0a",
        "\\x0d\\x0a\\x0d\\x0a",
        "\\x0d",
        "\\x0a",
        "\\x0d\\x0a\\x09",
        ": ",
        "Content-Type: multipart/mixed; boundary=b\\x0d\\x0a",
        "--b\\x0d\\x0a",
        "--b--\\x0d\\x0a",
        "message/rfc822"
    })
    @FuzzTest(maxDuration = "1m")
    void what_is_accepted_has_lines_a_header_and_no_hidden_recipients(byte[] given) {
        RawMail mail;
        try {
            mail = RawMail.accept(given);
        } catch (InvalidEmailException e) {
            return;
        }

        byte[] bytes = mail.bytes();
        for (int i = 0; i < bytes.length; i++) {
            boolean behindCr = i > 0 && bytes[i - 1] == '\r';
            assertThat(bytes[i] == '\n').as("line end at %s", i).isEqualTo(behindCr);
        }
        assertThat(mail.fields()).isNotEmpty().noneMatch(f -> f.name().equalsIgnoreCase("bcc"));
        mail.fields().forEach(f -> assertThat(mail.value(f)).doesNotContain("\r", "\n", "\0"));
        assertThat(RawMail.accept(bytes).bytes()).isEqualTo(bytes);
    }
}
