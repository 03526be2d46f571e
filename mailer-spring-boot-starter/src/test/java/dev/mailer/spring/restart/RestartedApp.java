// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.restart;

import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import dev.mailer.spring.MailerAutoConfiguration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** An application whose classes are loaded anew at each start. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration(MailerAutoConfiguration.class)
public class RestartedApp {
    private final AtomicInteger events = new AtomicInteger();

    /** Starts, accepts as many mails as the first argument says, and is what is to be closed. */
    public static AutoCloseable start(String... arguments) {
        SpringApplication application = new SpringApplication(RestartedApp.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        ConfigurableApplicationContext context = application.run(Arrays.copyOfRange(arguments, 1, arguments.length));
        Mailer mailer = context.getBean(Mailer.class);
        for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
            String subject = "Your order " + i;
            mailer.send(mail -> mail.from("shop@example.com")
                    .to("jo@example.org")
                    .subject(subject)
                    .text("Thank you!"));
        }
        return context;
    }

    @EventListener
    void on(MailEvent event) {
        events.incrementAndGet();
    }
}
