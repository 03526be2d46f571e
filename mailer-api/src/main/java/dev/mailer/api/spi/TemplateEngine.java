// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import dev.mailer.api.InvalidEmailException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a template and its variables into subject, text and HTML. Thread-safe; must be a pure function of its arguments. */
@Experimental
public interface TemplateEngine {
    /** What a template gives; null for a part it does not have. */
    record Rendered(
            @Nullable String subject,
            @Nullable String text,
            @Nullable String html) {}

    /**
     * The current version of a template in a language, a hash of its sources; pinned with each mail at acceptance.
     *
     * @param locale the mail's; null when it has none
     * @throws InvalidEmailException there is no such template, or it does not parse
     */
    String currentVersion(String tenant, String template, @Nullable Locale locale);

    /**
     * Renders one version of a template.
     *
     * @param locale the mail's, as when the version was pinned; null when it has none
     * @throws InvalidEmailException a variable is missing or misused, a limit is exceeded, or the version is gone
     */
    Rendered render(
            String tenant,
            String template,
            String version,
            @Nullable Locale locale,
            Map<String, @Nullable Object> variables);
}
