// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import org.jspecify.annotations.Nullable;

/** A setting is missing, contradictory or unusable; thrown while the mailer is built, never later. */
public final class MailerConfigException extends MailerException {
    private static final long serialVersionUID = 1L;
    private final String option;
    private final String problem;

    public MailerConfigException(String option, String problem) {
        this(option, problem, null);
    }

    public MailerConfigException(String option, String problem, @Nullable Throwable cause) {
        super(option + ": " + problem, cause);
        this.option = option;
        this.problem = problem;
    }

    /** The option at fault: {@code transport}, {@code store}, {@code streams.broadcast.weight}. */
    public String option() {
        return option;
    }

    /** What is wrong with it: the message without the option's name, for those who call it by another. */
    public String problem() {
        return problem;
    }
}
