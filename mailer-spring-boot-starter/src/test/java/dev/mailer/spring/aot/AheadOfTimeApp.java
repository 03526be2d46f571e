// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.aot;

import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.MailerJavaMailAutoConfiguration;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Sends by a ledger in its DataSource, in a transaction, and by one in a file, each by a template; says so and ends. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    FlywayAutoConfiguration.class,
    MailerAutoConfiguration.class,
    MailerJavaMailAutoConfiguration.class,
    SslAutoConfiguration.class,
    TransactionAutoConfiguration.class
})
class AheadOfTimeApp {
    private final MailerEngine mailer;
    private final MailerEngine billing;

    AheadOfTimeApp(MailerEngine mailer, @Qualifier("billing") MailerEngine billing) {
        this.mailer = mailer;
        this.billing = billing;
    }

    public static void main(String[] args) {
        try (ConfigurableApplicationContext context = SpringApplication.run(AheadOfTimeApp.class, args)) {
            AheadOfTimeApp app = context.getBean(AheadOfTimeApp.class);
            TransactionTemplate transaction = context.getBean(TransactionTemplate.class);
            say(app.mailer, transaction.execute(status -> send(app.mailer)));
            say(app.billing, send(app.billing));
        }
    }

    private static MessageId send(MailerEngine mailer) {
        return mailer.send(mail -> mail.from("Zoë <shop@example.com>")
                        .to("jo@bücher.example")
                        .template("welcome", Map.of("name", "Jo")))
                .id();
    }

    private static void say(MailerEngine mailer, MessageId id) {
        System.out.println(mailer.storeName() + " sent: "
                + mailer.await(id, Duration.ofSeconds(30)).isSent());
    }
}
