// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.javamail;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Shows that an application with JavaMailSender and Thymeleaf gets the outbox by a dependency and a property, and no line of code. */
@SpringBootApplication
public class ClubApplication {
    public static void main(String[] args) {
        SpringApplication.run(ClubApplication.class, args);
    }
}
