// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.accounts;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.spring.test.AutoConfigureTestMailer;
import dev.mailer.testkit.TestMailer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;

@SpringBootTest
@AutoConfigureTestMailer
class AccountsTest {
    private static final Pattern CODE = Pattern.compile("[A-Z2-9]{12}");

    @Autowired
    private Accounts accounts;

    @Autowired
    private JdbcClient database;

    @Autowired
    private TestMailer mail;

    /** The application goes by the clock of the mailer. */
    @TestConfiguration
    static class OneClock {
        @Bean
        @Primary
        InstantSource testClock(ObjectProvider<TestMailer> mail) {
            return () -> mail.getObject().clock().instant();
        }
    }

    @Test
    void an_invitation_says_who_invites() {
        accounts.invite("Ann", "jo@example.org");

        assertThat(mail).sentTo("jo@example.org").hasSubject("Ann invites you").hasTextContaining("/register");
    }

    @Test
    void who_verifies_the_address_is_welcome_once() {
        accounts.register("ann@example.org", "Ann");
        assertThat(mail).sentTo("ann@example.org").hasSubject("Is this your address?");
        String code = code();
        mail.clear();

        assertThat(accounts.verify("ann@example.org", code)).isTrue();
        assertThat(accounts.verify("ann@example.org", code)).isFalse();

        assertThat(mail)
                .sent(1)
                .sentTo("ann@example.org")
                .hasSubject("Welcome, Ann")
                .hasHtmlContaining("Hello Ann");
    }

    @Test
    void a_recovery_code_is_good_once() {
        forgotten("bea@example.org");
        String code = code();

        assertThat(accounts.recover("bea@example.org", "A".repeat(12))).isFalse();
        assertThat(accounts.recover("bea@example.org", code)).isTrue();
        assertThat(accounts.recover("bea@example.org", code)).isFalse();
    }

    @Test
    void a_recovery_code_is_good_for_ten_minutes() {
        forgotten("cia@example.org");
        String code = code();

        mail.advance(Duration.ofMinutes(10));

        assertThat(accounts.recover("cia@example.org", code)).isFalse();
    }

    @Test
    void the_mail_of_a_code_that_is_over_is_not_sent() {
        forgotten("dan+defer@example.org");
        assertThat(mail).sentNothing();

        mail.advance(Duration.ofMinutes(11));

        assertThat(mail).sentNothing().hasDeliveries(DeliveryState.EXPIRED, 1);
    }

    @Test
    void a_code_is_not_sent_again_when_nobody_knows_whether_it_arrived() {
        forgotten("fay+ambiguous@example.org");

        mail.advance(Duration.ofMinutes(9));

        assertThat(mail).sent(1).hasDeliveries(DeliveryState.FAILED, 1);
    }

    @Test
    void a_link_is_sent_again_until_it_is_over_when_nobody_knows_whether_it_arrived() {
        accounts.register("gil+ambiguous@example.org", "Gil");
        assertThat(mail).sent(1).hasDeliveries(DeliveryState.DEFERRED, 1);

        mail.advance(Accounts.VERIFICATION);

        assertThat(mail).hasDeliveries(DeliveryState.EXPIRED, 1);
    }

    @Test
    void an_address_without_an_account_is_answered_alike() {
        accounts.forgot("nobody@example.org");

        assertThat(accounts.recover("nobody@example.org", "A".repeat(12))).isFalse();
        assertThat(mail).sentNothing();
    }

    @Test
    void a_mailbox_is_not_flooded() {
        forgotten("eve@example.org");
        accounts.forgot("eve@example.org");
        assertThat(mail).sent(1);
        String first = code();
        mail.clear();

        mail.advance(Duration.ofMinutes(1));
        accounts.forgot("eve@example.org");

        assertThat(mail).sent(1);
        assertThat(accounts.recover("eve@example.org", first)).isFalse();
        assertThat(accounts.recover("eve@example.org", code())).isTrue();
    }

    /** An account that has just asked for a code. */
    private void forgotten(String email) {
        database.sql("insert into accounts (email, name, verified) values (?, 'Jo', true)")
                .params(email)
                .update();
        accounts.forgot(email);
    }

    private String code() {
        Matcher code = CODE.matcher(mail.received().get(0).text());
        assertThat(code.find()).isTrue();
        assertThat(database.sql("select hash from codes").query(String.class).list())
                .doesNotContain(code.group());
        return code.group();
    }
}
