// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The known providers and their limits: the file {@code providers.conf} of this package, and what a user changes in it. Immutable. */
public final class Providers {
    /** Limits of a site that nobody knows, unless a file says otherwise. */
    public static final SiteLimits UNKNOWN = new SiteLimits(5, 100, 50, 0);

    private final Map<String, Provider> byName;

    private Providers(Map<String, Provider> byName) {
        this.byName = byName;
    }

    public static Providers builtIn() {
        return new Providers(new ProviderFile(UNKNOWN)
                .read("providers.conf", resource("providers.conf"))
                .providers());
    }

    /**
     * The built-in ones, changed by a text of the same form.
     *
     * @param source names the text in errors
     * @throws dev.mailer.api.MailerConfigException names the line that cannot be read
     */
    public static Providers with(String source, String text) {
        return new Providers(new ProviderFile(UNKNOWN)
                .read("providers.conf", resource("providers.conf"))
                .read(source, text)
                .providers());
    }

    /** The one that has all these hosts; null when none has. */
    @Nullable
    Provider of(List<String> hosts) {
        for (Provider provider : byName.values()) {
            if (!hosts.isEmpty() && hosts.stream().allMatch(provider::has)) {
                return provider;
            }
        }
        return null;
    }

    /** Null when there is none of this name. */
    @Nullable
    Provider named(String name) {
        return byName.get(name);
    }

    /** Limits of sites that no provider has. */
    SiteLimits others() {
        Provider others = byName.get(ProviderFile.OTHERS);
        return others == null ? UNKNOWN : others.limits();
    }

    static String resource(String name) {
        try (InputStream in = Providers.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
