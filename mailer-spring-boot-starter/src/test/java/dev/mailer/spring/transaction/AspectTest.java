// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import dev.mailer.spring.MailerJavaMailAutoConfiguration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An aspect of the application's around what sends mail, with proxies of classes, as is Boot's default, and of interfaces. */
class AspectTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void mail_joins_transactions_through_it(boolean classes) {
        try (ConfigurableApplicationContext app =
                TransactionApp.start(Aspects.class, "classes=" + classes, "mailer.java-mail-sender=true")) {
            TransactionApp.next(app);
            Mailer mailer = app.getBean(Mailer.class);
            JavaMailSender sender = app.getBean(JavaMailSender.class);
            SimpleMailMessage simple = new SimpleMailMessage();
            simple.setFrom("shop@example.com");
            simple.setTo("jo@example.org");
            simple.setText("Thank you!");
            TransactionTemplate template = new TransactionTemplate(app.getBean(PlatformTransactionManager.class));
            assertThat(AopUtils.isCglibProxy(mailer)).isEqualTo(classes);
            assertThat(AopUtils.isCglibProxy(sender)).isEqualTo(classes);

            template.executeWithoutResult(status -> mailer.send(mail("committed")));
            template.executeWithoutResult(status -> {
                simple.setSubject(mail("by JavaMail").subject());
                sender.send(simple);
            });
            template.executeWithoutResult(status -> {
                mailer.send(mail("rolled back"));
                sender.send(simple);
                status.setRollbackOnly();
            });

            assertThat(ledger(app)).containsExactly("by JavaMail", "committed");
            assertThat(app.getBean(Aspects.class).seen).hasSizeGreaterThanOrEqualTo(4);
            assertThat(app.getBean(ConfigurableTransactionManager.class).getTransactionExecutionListeners())
                    .hasAtLeastOneElementOfType(CommitWatch.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    @ImportAutoConfiguration(MailerJavaMailAutoConfiguration.class)
    static class Aspects {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @Bean
        static DefaultAdvisorAutoProxyCreator proxies(Environment environment) {
            DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
            proxies.setProxyTargetClass(environment.getRequiredProperty("classes", Boolean.class));
            return proxies;
        }

        @Bean
        DefaultPointcutAdvisor aspect() {
            NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
            pointcut.addMethodName("send*");
            pointcut.setClassFilter(
                    type -> Mailer.class.isAssignableFrom(type) || JavaMailSender.class.isAssignableFrom(type));
            MethodInterceptor advice = call -> {
                seen.add(call.getMethod().getName());
                return call.proceed();
            };
            return new DefaultPointcutAdvisor(pointcut, advice);
        }
    }
}
