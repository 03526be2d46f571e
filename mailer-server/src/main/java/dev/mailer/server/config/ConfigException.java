// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import java.util.List;

/** The settings are unusable; holds every problem found, not only the first. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** One line for each problem, each beginning with the setting's name. */
    public List<String> problems() {
        return problems;
    }
}
