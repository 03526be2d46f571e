// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Shows an order, its receipt and its pick-up code as one commit, in a Spring Boot application. */
@SpringBootApplication
public class ShopApplication {
    public static void main(String[] args) {
        SpringApplication.run(ShopApplication.class, args);
    }
}
