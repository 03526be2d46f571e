// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.TokenSigner;
import dev.mailer.tracking.PublicUrls;
import org.jspecify.annotations.Nullable;

/** Makes the links of mail, and reads them when they come back. Thread-safe. */
final class UnsubscribeLinks {
    /** Where the pages are, below the public URL. */
    static final String PATH = "/u";
    /** What is behind the token where all choices are. */
    static final String PREFERENCES = "/preferences";

    private final TokenSigner tokens;
    private final PublicUrls urls;

    UnsubscribeLinks(TokenSigner tokens, PublicUrls urls) {
        this.tokens = tokens;
        this.urls = urls;
    }

    /**
     * The links of one mail to one recipient.
     *
     * @param unsubscribe one click, and a page about one stream
     * @param preferences a page about all streams
     */
    record Links(String token, String unsubscribe, String preferences) {}

    /** Always the same for a delivery. */
    Links of(Draft draft) {
        Recipient recipient = draft.recipients().get(0);
        UnsubscribeToken token = new UnsubscribeToken(
                recipient.deliveryId(),
                draft.tenant(),
                draft.stream(),
                recipient.address().spec());
        String signed = tokens.sign(UnsubscribeToken.PURPOSE, token.toBytes(), draft.acceptedAt());
        String url = urls.of(draft.tenant(), PATH + "/" + signed);
        return new Links(signed, url, url + PREFERENCES);
    }

    /** Null for a token that is none of ours. */
    @Nullable
    UnsubscribeToken read(String token) {
        Bytes payload = tokens.verify(UnsubscribeToken.PURPOSE, token);
        return payload == null ? null : UnsubscribeToken.of(payload);
    }
}
