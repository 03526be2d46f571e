// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Submission;
import dev.mailer.testkit.SampleSubmission;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody but the server itself slows the server down. */
class HeardReplyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<throttled@throttle.example>: Recipient address rejected",
                "Domain throttle.example is not found",
                "unverified address: connect to mx.throttle.test[192.0.2.1]: Connection refused",
                "host mx.example.org[192.0.2.1] said: 450 throttled, slow down"
            })
    void words_of_others_are_left_out(String text) {
        assertThat(heard(text)).doesNotContain("throttl");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"you are throttled", "Client host [192.0.2.1] throttled", "4.7.1 <jo@throttle.example> throttled"
            })
    void its_own_are_heard(String text) {
        assertThat(heard(text)).contains("throttled");
    }

    private static String heard(String text) {
        Submission mail = SampleSubmission.of(
                Bytes.wrap("x\r\n".getBytes(StandardCharsets.US_ASCII)), "throttled@throttle.example");
        Failure failure = Failure.builder("recipient-deferred", Phase.RCPT_TO)
                .code(450)
                .text(text)
                .build();
        return HeardReply.of(failure, mail, mail.recipients().get(0)).reply().text();
    }
}
