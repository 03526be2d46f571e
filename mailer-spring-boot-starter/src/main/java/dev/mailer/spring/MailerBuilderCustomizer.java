// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.core.MailerBuilder;

/**
 * A bean that changes how a mailer is built. Called once for each mailer, in the order of the beans, after its properties and beans were
 * applied and before it starts; what those have set already cannot be set again.
 */
@FunctionalInterface
public interface MailerBuilderCustomizer {
    /** The name of the mailer that is configured by {@code mailer.*} itself. */
    String DEFAULT = "default";

    /**
     * Changes the builder.
     *
     * @param mailer {@value #DEFAULT}, or the name of one of {@code mailer.mailers}
     */
    void customize(String mailer, MailerBuilder builder);
}
