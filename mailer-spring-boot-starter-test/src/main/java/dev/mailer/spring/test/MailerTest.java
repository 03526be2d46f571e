// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.testkit.TestMailer;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what an application mails and nothing else of it: the mailer with the application's {@code mailer.*} properties and templates,
 * and of its components only those that are imported ({@code @Import}) or included. Without a {@code DataSource} in the test, the
 * ledger is in memory. A {@link TestMailer} bean shows what was sent; see {@link AutoConfigureTestMailer}.
 *
 * <pre>{@code
 * @MailerTest
 * @Import(Receipts.class)
 * class ReceiptsTest {
 *     @Test
 *     void an_order_is_confirmed(@Autowired Receipts receipts, @Autowired TestMailer mail) {
 *         receipts.confirm(4711);
 *         assertThat(mail).sentTo("jo@example.org").hasSubject("Your order 4711");
 *     }
 * }
 * }</pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(MailerTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(MailerTypeExcludeFilter.class)
@AutoConfigureTestMailer
@ImportAutoConfiguration
public @interface MailerTest {
    /** Properties of the form {@code key=value}, before the application's. */
    String[] properties() default {};

    /** Whether the application's components are left out; {@code true} unless set. */
    boolean useDefaultFilters() default true;

    /** Components that are included although they would be left out. */
    Filter[] includeFilters() default {};

    /** Components that are left out although they would be included. */
    Filter[] excludeFilters() default {};

    /** Auto-configurations that are left out. */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
