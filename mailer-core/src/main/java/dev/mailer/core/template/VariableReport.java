// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.template;

import dev.mailer.api.Experimental;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a template and the types of its variables have to say about each other.
 *
 * @param errors what would fail when a mail is rendered; empty when nothing is wrong
 * @param unused variables that no file asks for, in their order
 */
@Experimental
public record VariableReport(List<Problem> errors, Set<String> unused) {
    /**
     * Something that is wrong.
     *
     * @param message with file and line where they are known, and what to do
     * @param variable the variable that cannot be as it is; null when it is the template that cannot
     */
    public record Problem(String message, @Nullable String variable) {}

    public VariableReport {
        errors = List.copyOf(errors);
    }
}
