// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import java.io.IOException;
import java.util.List;

/** Where a verifier has key records from: the DNS, or what stands in for it. May block; must bound its own time. */
@FunctionalInterface
@Experimental
public interface DkimKeyLookup {
    /**
     * The TXT records of a name, the strings of each joined; empty when there are none.
     *
     * @param name such as {@code s1._domainkey.example.com}, without a dot at its end
     * @throws IOException there was no answer, and another time there may be
     */
    List<String> txt(String name) throws IOException;
}
