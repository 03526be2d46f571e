// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.planted;

/** Planted: every name that is not allowed. */
final class BadNames {
    private BadNames() {}

    static final class ThingImpl {}

    static final class ThingUtil {}

    static final class ThingUtils {}

    static final class ThingHelper {}

    static final class ThingManager {}

    static final class ThingProcessor {}

    static final class ThingData {}

    static final class ThingInfo {}

    interface IThing {}

    abstract static class AbstractThing {}
}
