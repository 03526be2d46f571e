// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.host;

import dev.mailer.core.MailerEngine;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Sends by what comes with the starter alone, and says where it has its ledger. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BareApp {
    /** The name of the store, once the mail is sent. */
    public static String run(String folder) {
        SpringApplication application = new SpringApplication(BareApp.class);
        application.setDefaultProperties(
                Map.of("spring.main.banner-mode", "off", "mailer.transport", "memory:", "mailer.data-folder", folder));
        try (ConfigurableApplicationContext context = application.run()) {
            MailerEngine mailer = context.getBean(MailerEngine.class);
            var id = mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("Welcome")
                            .text("Welcome!"))
                    .id();
            return mailer.await(id, Duration.ofSeconds(20)).isSent() ? mailer.storeName() : "not sent";
        }
    }
}
