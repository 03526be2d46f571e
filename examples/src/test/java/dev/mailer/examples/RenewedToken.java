// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.SecretSource;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

// tag::renewed-token[]
/** Fetches a token when the one at hand is about to run out; all other secrets come from elsewhere. */
final class RenewedToken implements SecretSource {
    private static final Duration EARLY = Duration.ofMinutes(5);

    private final SecretSource others;
    private final Supplier<@Nullable Token> provider;
    private @Nullable Token token;

    record Token(String text, Instant until) {}

    /** @param provider asks the provider for a token; gives null while that fails */
    RenewedToken(SecretSource others, Supplier<@Nullable Token> provider) {
        this.others = others;
        this.provider = provider;
    }

    @Override
    public synchronized @Nullable Secret find(String name) {
        if (!name.equals("GMAIL")) {
            return others.find(name);
        }
        if (token == null || Instant.now().isAfter(token.until().minus(EARLY))) {
            Token fetched = provider.get();
            token = fetched == null ? token : fetched;
        }
        return token == null ? null : Secret.of(token.text());
    }
}
// end::renewed-token[]
