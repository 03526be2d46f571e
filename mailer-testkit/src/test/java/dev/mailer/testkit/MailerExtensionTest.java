// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

class MailerExtensionTest {
    private static final List<TestMailer> given = new ArrayList<>();

    @ExtendWith(MailerExtension.class)
    static final class ByConstructor {
        private final TestMailer mail;

        ByConstructor(TestMailer mail) {
            this.mail = mail;
            given.add(mail);
        }

        @BeforeEach
        void begin(TestMailer same, Mailer mailer) {
            assertThat(same).isSameAs(mail);
            mailer.send(m -> m.from("shop@example.com")
                    .to("jo@example.org")
                    .subject("Hello")
                    .text("Hello."));
        }

        @Test
        void one() {
            assertThat(mail).sent(1);
        }

        @Test
        void another() {
            assertThat(mail).sent(1);
        }
    }

    @ExtendWith(MailerExtension.class)
    static final class BeforeAllTests {
        @BeforeAll
        static void begin(TestMailer mail) {
            given.add(mail);
        }

        @Test
        void one() {}
    }

    @ExtendWith(MailerExtension.class)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static final class OneInstance {
        OneInstance(Mailer mailer) {
            mailer.close();
        }

        @Test
        void one() {}
    }

    @Test
    void a_constructor_is_given_the_mailer_of_its_test() {
        given.clear();

        assertThat(SuiteRun.errorsOf(ByConstructor.class)).isEmpty();

        assertThat(given).hasSize(2).doesNotHaveDuplicates();
        assertThat(given)
                .allSatisfy(mail -> assertThat(mail.mailer().health().problem()).isEqualTo("the mailer is closed"));
    }

    @Test
    void where_no_test_is_there_is_none() {
        assertThat(SuiteRun.errorsOf(BeforeAllTests.class))
                .containsExactly(
                        "each test has a mailer of its own, and begin is called for all of them: take the parameter in a"
                                + " test or in @BeforeEach, or use TestMailer.create() for one mailer of the class");
        assertThat(SuiteRun.errorsOf(OneInstance.class))
                .singleElement()
                .asString()
                .contains("a mailer of its own");
    }
}
