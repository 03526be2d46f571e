// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

/**
 * The servers behind a domain, as pools, circuits and meters know them: domains with the same servers have the same site.
 *
 * @param name no longer than {@value MxSites#MAX_NAME} characters
 * @param group what shares the limits: the provider, or the site itself
 * @param isOfProvider true when it belongs to a provider that is known
 */
public record MxSite(String name, String group, SiteLimits limits, boolean isOfProvider) {}
