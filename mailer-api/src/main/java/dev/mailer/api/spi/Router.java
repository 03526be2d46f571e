// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;

/** Chooses the transport of a delivery. Thread-safe, must not block; asked once per attempt. */
@Experimental
@FunctionalInterface
public interface Router {
    /** What is known about a delivery before it is sent. */
    record Delivery(String tenant, String stream, String recipientDomain, int attempt) {}

    /** The name of a configured transport; an unknown name ends the attempt as misconfigured. */
    String plan(Delivery delivery);

    /** Why a delivery goes where {@link #plan} says, in a few words for the mail's timeline. */
    default String why(Delivery delivery) {
        return "router";
    }
}
