// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.core.MailerEngine;
import dev.mailer.core.TokenKeys;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of the tokens in links, which are those of all tenants, apart from HTTP. Thread-safe. */
public final class TokenKeyApi {
    private final MailerEngine engine;

    public TokenKeyApi(MailerEngine engine) {
        this.engine = engine;
    }

    /** A key; {@code validFrom} is null for the first one. */
    public record KeyView(
            String object, int version, @Nullable Instant validFrom, boolean revoked) {
        static KeyView of(TokenKeys.Key key) {
            return new KeyView(
                    "token_key",
                    key.version(),
                    key.validFrom().equals(Instant.EPOCH) ? null : key.validFrom(),
                    key.revoked());
        }
    }

    public record Listed(String object, List<KeyView> data) {}

    public Listed list() {
        return new Listed(
                "list", engine.tokenKeys().list().stream().map(KeyView::of).toList());
    }

    public KeyView rotate() {
        return KeyView.of(engine.tokenKeys().rotate());
    }

    /** The keys as they are then. */
    public Listed revoke(String version) {
        int number = version.matches("\\d{1,5}") ? Integer.parseInt(version) : 0;
        try {
            if (!engine.tokenKeys().revoke(number)) {
                throw ApiException.notFound("There is no key of this version, or it is revoked already.");
            }
        } catch (IllegalStateException e) {
            throw ApiException.of(
                    409,
                    "resource_locked",
                    "This is the key in use; make another, which is valid a minute later, and revoke it then.");
        }
        return list();
    }
}
