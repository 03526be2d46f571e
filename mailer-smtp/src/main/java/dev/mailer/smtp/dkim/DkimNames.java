// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerConfigException;
import java.util.regex.Pattern;

/** The names of domains and selectors as people write them. */
final class DkimNames {
    /** RFC 6376 §3.1: labels parted by dots. Underscores are in use, too. */
    private static final Pattern SELECTOR =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62}){0,9}");

    private DkimNames() {}

    /** The domain in lower case and A-labels, as it is looked up (RFC 8616). */
    static String domain(String domain) {
        requireNoControls("dkim", "domain", domain);
        try {
            String name = Address.of("postmaster@" + domain).domain();
            if (!name.startsWith("[")) {
                return name;
            }
        } catch (InvalidEmailException e) {
            // Told below, with the domain as it was given.
        }
        throw new MailerConfigException("dkim", "\"" + domain + "\" is no domain");
    }

    static void requireSelector(String domain, String selector) {
        requireNoControls("dkim." + domain, "selector", selector);
        if (!SELECTOR.matcher(selector).matches()) {
            throw new MailerConfigException(
                    "dkim." + domain,
                    "the selector \"" + selector + "\" is no name: letters, digits, - and _, parted by dots");
        }
    }

    /** The others are quoted where they are no names; these would do to a log what they were made for. */
    private static void requireNoControls(String option, String what, String name) {
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new MailerConfigException(option, "the " + what + " holds a control character");
        }
    }
}
