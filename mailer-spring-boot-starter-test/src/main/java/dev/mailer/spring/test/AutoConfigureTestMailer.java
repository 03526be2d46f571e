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
 * Beside {@code @SpringBootTest} or a slice: no mail leaves. Every mailer of the application sends into a mailbox in memory, whatever its
 * properties say, goes by a clock that stands still, and keeps its ledger where the application has it, so that mail joins the
 * transactions on its {@code DataSource}. A {@link TestMailer} bean shows what was sent, and is emptied before each test.
 *
 * <p>A transaction of the test itself, which is rolled back, takes the mail with it: what is to be seen sent has to be committed.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureTestMailer {}
