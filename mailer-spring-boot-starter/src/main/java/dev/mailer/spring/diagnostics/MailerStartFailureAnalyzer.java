// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.diagnostics;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MailerException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.PluginException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one message what keeps a mailer from starting, by the property that mends it. */
final class MailerStartFailureAnalyzer extends AbstractFailureAnalyzer<MailerException> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, MailerException cause) {
        if (cause instanceof MailerConfigException config) {
            String property = property(config.option());
            return new FailureAnalysis(
                    "The mailer could not be started. " + property + ": " + config.problem(),
                    action(property, config.problem()),
                    cause);
        }
        if (cause instanceof PluginException) {
            return new FailureAnalysis(
                    "The mailer could not be started. " + cause.getMessage(),
                    "Correct the plugin, or the bean of the kind that the message names, or leave it out.",
                    cause);
        }
        return cause instanceof MailerUnavailableException
                ? new FailureAnalysis(
                        "The mailer could not be started. " + cause.getMessage(),
                        "Make sure that its ledger can be reached and that no other process holds it.",
                        cause)
                : null;
    }

    private static String action(String property, String problem) {
        if (property.startsWith("mailer.mailers.")
                && property.endsWith(".transport")
                && problem.startsWith("is missing")) {
            return "Set " + property
                    + ", for example to smtp://user:password@smtp.example.com:587. For development add dev.mailer:mailer-mailbox and"
                    + " set it to mailbox: to see its mail at /mailbox.";
        }
        if (property.endsWith("transport") && problem.startsWith("is missing")) {
            return "Set " + property
                    + ", for example to smtp://user:password@smtp.example.com:587, or spring.mail.host, or define"
                    + " a Transport bean. For development add dev.mailer:mailer-mailbox: mail is then shown at /mailbox.";
        }
        if (property.endsWith("data-source") && problem.contains("AbstractRoutingDataSource")) {
            return "Set " + property + " to the name of a DataSource bean that is one database, or "
                    + property.replace("data-source", "store") + " to the address of one.";
        }
        if (property.endsWith("store") && problem.contains("cannot be reached")) {
            return "Start the database, or correct its address, user and password: spring.datasource.url for a ledger in the"
                    + " application's database, " + property + " for one of its own.";
        }
        if (property.endsWith("store") && problem.contains("driver")) {
            return "Add the driver that the message names to the dependencies.";
        }
        return "Correct " + property + ".";
    }

    /** The option as a property: {@code limits.maxUnsettled} is {@code mailer.limits.max-unsettled}; one of Spring's has its name. */
    private static String property(String option) {
        return option.startsWith("spring.")
                ? option
                : "mailer." + option.replaceAll("(?<=[a-z])([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
