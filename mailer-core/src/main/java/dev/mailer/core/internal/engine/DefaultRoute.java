// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Router;

/** All mail goes one way, unless somebody decides otherwise. */
final class DefaultRoute implements Router {
    private static final String NAME = "default";

    @Override
    public String plan(Delivery delivery) {
        return NAME;
    }

    @Override
    public String why(Delivery delivery) {
        return NAME;
    }
}
