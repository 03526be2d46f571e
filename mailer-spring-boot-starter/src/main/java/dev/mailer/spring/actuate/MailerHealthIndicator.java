// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.actuate;

import dev.mailer.core.MailerEngine;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of a mailer, by evidence: nothing is probed. A lapse is {@code DEGRADED}, which does not count for the application as a whole,
 * because mail waits; where mail is required it is {@code DOWN}.
 */
public final class MailerHealthIndicator extends AbstractHealthIndicator {
    /** Something is wrong with mail, and the application goes on. */
    public static final String DEGRADED = "DEGRADED";

    private final MailerEngine mailer;
    private final Status lapse;

    private MailerHealthIndicator(MailerEngine mailer, Status lapse) {
        super("the health of the mailer cannot be told");
        this.mailer = mailer;
        this.lapse = lapse;
    }

    /** For an application that goes on without mail. */
    public static MailerHealthIndicator optional(MailerEngine mailer) {
        return new MailerHealthIndicator(mailer, new Status(DEGRADED));
    }

    /** For an application that is down without mail. */
    public static MailerHealthIndicator required(MailerEngine mailer) {
        return new MailerHealthIndicator(mailer, Status.DOWN);
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        MailerEngine.Health health = mailer.health();
        builder.status(health.accepting() && health.sending() ? Status.UP : lapse)
                .withDetail("accepting", health.accepting())
                .withDetail("sending", health.sending())
                .withDetail("store", mailer.storeName())
                .withDetail("oldestReady", health.oldestReady().toString());
        if (health.problem() != null) {
            builder.withDetail("problem", health.problem());
        }
        if (!health.openCircuits().isEmpty()) {
            builder.withDetail("openCircuits", health.openCircuits());
        }
        health.plugins().forEach(builder::withDetail);
    }
}
