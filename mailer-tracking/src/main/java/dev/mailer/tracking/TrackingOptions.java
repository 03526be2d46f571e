// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.tracking.TrackedMail.Parts;
import dev.mailer.tracking.internal.verdict.Networks;
import java.time.Duration;

/**
 * What a plugin was built with.
 *
 * @param scanners networks of those who look at links soon after a mail was sent
 * @param soon how soon that is
 * @param proxies those in front of us
 */
record TrackingOptions(
        PublicUrls urls,
        Switches switches,
        LinkRules rules,
        Parts parts,
        AddressDetail addresses,
        TrackingDurability durability,
        Networks scanners,
        Duration soon,
        Networks proxies) {}
