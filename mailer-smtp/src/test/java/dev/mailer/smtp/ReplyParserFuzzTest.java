// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SmtpReply;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class ReplyParserFuzzTest {
    @DictionaryEntries({"250 ok\\x0d\\x0a", "250-", "550 5.1.1 ", "421 ", "\\x0d\\x0a", "2.0.0", "5.7.1", "\\xc3\\xbc"})
    @FuzzTest(maxDuration = "1m")
    void every_reply_that_is_read_has_an_outcome(byte[] octets) {
        ReplyParser parser = new ReplyParser();
        try {
            for (byte octet : octets) {
                if (parser.accept(octet)) {
                    check(parser.take());
                }
            }
        } catch (WireException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }

    private static void check(Reply reply) {
        SmtpReply smtp = reply.smtp();
        assertThat(smtp.code()).isBetween(200, 599);
        assertThat(smtp.text().codePoints()).noneMatch(Character::isISOControl);
        assertThat(Outcome.ofReply(Phase.FINAL_REPLY, smtp, "peer").kind()).isNotNull();
    }
}
