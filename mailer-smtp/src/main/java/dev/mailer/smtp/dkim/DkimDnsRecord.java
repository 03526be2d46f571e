// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import dev.mailer.api.MailerConfigException;
import java.util.ArrayList;
import java.util.List;

/** What is to be published for a key, so that others can verify what it signs. Immutable. */
@Experimental
public final class DkimDnsRecord {
    /** Most characters of one string of a TXT record (RFC 1035 §3.3.14): {@value}. Longer texts are several strings. */
    public static final int MAX_STRING = 255;

    private final String name;
    private final String text;

    private DkimDnsRecord(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /**
     * The record of a key.
     *
     * @throws MailerConfigException domain or selector are no names
     */
    public static DkimDnsRecord of(String domain, String selector, DkimPrivateKey key) {
        String checked = DkimNames.domain(domain);
        DkimNames.requireSelector(checked, selector);
        return new DkimDnsRecord(selector + "._domainkey." + checked, key.record());
    }

    /** Where the record is, without a dot at its end. */
    public String name() {
        return name;
    }

    /** The text as a whole, as the pages of most DNS providers take it. */
    public String text() {
        return text;
    }

    /** The text in strings of at most {@value #MAX_STRING} characters. */
    public List<String> strings() {
        List<String> strings = new ArrayList<>();
        for (int from = 0; from < text.length(); from += MAX_STRING) {
            strings.add(text.substring(from, Math.min(text.length(), from + MAX_STRING)));
        }
        return List.copyOf(strings);
    }

    /** The record as a line of a zone file. */
    public String zoneLine() {
        return name + ". IN TXT \"" + String.join("\" \"", strings()) + '"';
    }

    @Override
    public String toString() {
        return zoneLine();
    }
}
