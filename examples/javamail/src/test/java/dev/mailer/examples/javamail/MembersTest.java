// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.javamail;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.spring.test.AutoConfigureTestMailer;
import dev.mailer.testkit.TestMailer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DuplicateKeyException;

@SpringBootTest
@AutoConfigureTestMailer
class MembersTest {
    @Autowired
    private Members members;

    @Autowired
    private WelcomeMail welcome;

    @Autowired
    private TestMailer mail;

    @Test
    void the_mail_of_the_old_code_comes_through_the_outbox_as_it_was_made() throws Exception {
        members.join("jo@example.org", "Jörg");

        assertThat(mail).sent(1).sentTo("jo@example.org");
        WelcomeParts.check(mail.received().get(0).raw(), welcome.html("Jörg"));
    }

    @Test
    void a_rollback_takes_the_mail_back() {
        members.join("ann@example.org", "Ann");
        mail.clear();

        assertThatThrownBy(() -> members.join("ann@example.org", "Ann")).isInstanceOf(DuplicateKeyException.class);

        assertThat(mail).sentNothing();
    }
}
