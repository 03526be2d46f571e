// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.FieldCipher;
import java.util.HexFormat;
import java.util.List;

/** Digests of content as they stand in the store, where nobody is to tell from one which well-known file somebody was sent. */
final class ContentDigests {
    private ContentDigests() {}

    static Bytes of(FieldCipher cipher, String tenant, ContentRef ref) {
        return cipher.contentDigest(tenant, plain(ref));
    }

    /** With encryption also the plain one, of content from before it was turned on. */
    static List<Bytes> all(FieldCipher cipher, String tenant, ContentRef ref) {
        Bytes digest = of(cipher, tenant, ref);
        return cipher.isOn() ? List.of(digest, plain(ref)) : List.of(digest);
    }

    private static Bytes plain(ContentRef ref) {
        return Bytes.wrap(HexFormat.of().parseHex(ref.digest()));
    }
}
