// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One key that signs mail: the properties {@code dkim.<name>.*}.
 *
 * @param domain Whose mail is signed, the domain of From or one above it; the name unless set.
 * @param selector The key's name in the DNS.
 * @param key The private key, PEM or its base64.
 * @param keyFile The file or class path location that has the private key.
 * @param from Mail accepted from this instant on is signed with it, in place of an earlier key of the same kind.
 */
public record DkimSettings(
        @Nullable String domain,
        @Nullable String selector,
        @Nullable String key,
        @Nullable String keyFile,
        @Nullable Instant from) {
    /** The key is not shown. */
    @Override
    public String toString() {
        return "DkimSettings[domain=" + domain + ", selector=" + selector + ", from=" + from + "]";
    }
}
