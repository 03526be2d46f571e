// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens and clicks: the properties {@code tracking.*}.
 *
 * @param opens Whether it is noticed that mail is opened, where it, its stream and its tenant say nothing.
 * @param clicks Whether it is noticed that links are clicked.
 * @param tenants The same for the mail of tenants.
 * @param text Whether links of the text part are replaced, too.
 * @param exclude Hosts whose links stay, such as example.com or *.example.com.
 * @param utm What is added to the query of links: source, medium, campaign, term, content.
 * @param addresses What is stored of IP addresses: none, anonymised or full.
 * @param durability When opens and clicks are answered: committed or buffered.
 * @param honeypot Whether mail has a link that nobody sees, to know programs by.
 * @param scanners Networks of scanners, such as 198.51.100.0/24.
 * @param scannersWithin How soon after a mail was sent a click from there is theirs.
 * @param trustedProxies Networks of the proxies whose X-Forwarded-For is believed.
 */
public record TrackingSettings(
        @Nullable Boolean opens,
        @Nullable Boolean clicks,
        @Nullable Map<String, OfTenant> tenants,
        @Nullable Boolean text,
        @Nullable List<String> exclude,
        @Nullable Map<String, String> utm,
        @Nullable String addresses,
        @Nullable String durability,
        @Nullable Boolean honeypot,
        @Nullable List<String> scanners,
        @Nullable Duration scannersWithin,
        @Nullable List<String> trustedProxies) {
    /**
     * What is tracked of the mail of a tenant.
     *
     * @param opens Whether it is noticed that mail is opened.
     * @param clicks Whether it is noticed that links are clicked.
     */
    public record OfTenant(
            @Nullable Boolean opens, @Nullable Boolean clicks) {}
}
