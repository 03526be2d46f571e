// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Takes orders over HTTP. */
@RestController
class OrderController {
    private final Orders orders;

    OrderController(Orders orders) {
        this.orders = orders;
    }

    /** The answer 200 means that the order is committed, and its mail with it. */
    @PostMapping("/orders/{number}")
    void order(
            @PathVariable("number") int number,
            @RequestParam("email") String email,
            @RequestParam("card") String card) {
        orders.place(new Order(number, email, card));
    }
}
