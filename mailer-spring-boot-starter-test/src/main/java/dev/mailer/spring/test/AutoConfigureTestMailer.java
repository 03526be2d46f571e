// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.testkit.TestMailer;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Beside {@code @SpringBootTest} or a slice: no mail leaves by a mailer. Every mailer that the starter makes sends into a mailbox in memory,
 * whatever properties, beans and customizers say, goes by a clock that stands still, and keeps its ledger where the application has it, so
 * that mail joins the transactions on its {@code DataSource}. A {@link TestMailer} bean shows what was sent, and is
 * {@linkplain TestMailer#clear cleared} before each test; with {@code mailer.enabled=false} there is none.
 *
 * <p>A {@code Mailer} bean of the application's own cannot be given a mailbox: with one, the test's context does not start and says so. A
 * {@code MailboxPlugin} bean of its own is the mailbox. Mail that goes by something else, such as Boot's own {@code JavaMailSender}, is not
 * looked at.
 *
 * <p>A transaction of the test itself, which is rolled back, takes the mail with it: what is to be seen sent has to be committed.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureTestMailer {}
