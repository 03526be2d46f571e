// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Charges cards; this one only knows that {@code declined} is no good. */
@Component
class Payments {
    void charge(Order order) {
        if (order.card().equals("declined")) {
            throw new CardDeclinedException(order.number());
        }
    }

    /** No money, no order. */
    @ResponseStatus(HttpStatus.PAYMENT_REQUIRED)
    static final class CardDeclinedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        CardDeclinedException(int number) {
            super("the card for order " + number + " is declined");
        }
    }
}
