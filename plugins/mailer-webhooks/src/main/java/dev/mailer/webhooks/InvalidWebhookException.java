// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

/** What was asked of an endpoint is wrong, so that it can be neither stored nor told: the caller's mistake. */
public final class InvalidWebhookException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String option;
    private final String problem;

    InvalidWebhookException(String option, String problem) {
        super(option + ": " + problem);
        this.option = option;
        this.problem = problem;
    }

    /** Such as {@code url}. */
    public String option() {
        return option;
    }

    public String problem() {
        return problem;
    }
}
