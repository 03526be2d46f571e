// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/** An application with a mailer on the DataSource that is named; it ends once it has started. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({DataSourceAutoConfiguration.class, MailerAutoConfiguration.class})
public class StartedApp {
    public static void main(String[] args) {
        SpringApplication.run(StartedApp.class, args);
        Runtime.getRuntime().halt(0);
    }
}
