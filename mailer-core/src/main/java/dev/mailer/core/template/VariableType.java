// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.template;

import dev.mailer.api.Experimental;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What is known of a variable before it has a value, as far as templates can tell values apart. */
@Experimental
public sealed interface VariableType {
    /** What has no parts. */
    enum Plain implements VariableType {
        TEXT,
        NUMBER,
        BOOLEAN,
        /** Anything: nothing that is done with it is called wrong. */
        UNKNOWN
    }

    /** A list. */
    record ListOf(VariableType item) implements VariableType {}

    /** A map whose keys are not known. */
    record MapOf(VariableType value) implements VariableType {}

    /** A record: its parts have names, and it has no others. It may be a part of itself. */
    final class Structure implements VariableType {
        private final String name;
        private final Supplier<Map<String, VariableType>> parts;

        /**
         * @param name to call it in messages
         * @param parts asked for when a template looks inside; always the same, in an order fit for messages
         */
        public Structure(String name, Supplier<Map<String, VariableType>> parts) {
            this.name = Objects.requireNonNull(name, "name");
            this.parts = Objects.requireNonNull(parts, "parts");
        }

        public String name() {
            return name;
        }

        public Map<String, VariableType> parts() {
            return parts.get();
        }
    }
}
