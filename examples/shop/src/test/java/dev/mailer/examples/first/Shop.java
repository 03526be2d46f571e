// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.first;

import dev.mailer.api.Mailer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

// The application of docs/spring.md.
// tag::spring-shop[]
@SpringBootApplication
@RestController
public class Shop {
    private final Mailer mailer;

    Shop(Mailer mailer) {
        this.mailer = mailer;
    }

    public static void main(String[] args) {
        SpringApplication.run(Shop.class, args);
    }

    @PostMapping("/orders/{number}")
    String order(@PathVariable("number") int number) {
        return mailer.send(mail -> mail.from("Shop <shop@example.com>")
                        .to("jo@example.org")
                        .subject("Your order " + number)
                        .text("Thank you!"))
                .id()
                .toString();
    }
}
// end::spring-shop[]
