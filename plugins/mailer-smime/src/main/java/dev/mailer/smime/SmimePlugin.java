// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Experimental;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Signs and encrypts mail with S/MIME 4.0 (RFC 8551). Nothing is signed or encrypted by default: name an identity to sign, and a source of
 * certificates to encrypt. Keys and secrets by name come from the mailer's secret source, once, when the mailer is built.
 *
 * <pre>{@code
 * builder.install(SmimePlugin.of(smime -> smime.identity("shop@example.com", "SMIME_SHOP")));
 * }</pre>
 */
@Experimental
public final class SmimePlugin implements MailerPlugin {
    private final Consumer<SmimeBuilder> settings;

    private SmimePlugin(Consumer<SmimeBuilder> settings) {
        this.settings = settings;
    }

    public static SmimePlugin of(Consumer<SmimeBuilder> settings) {
        return new SmimePlugin(Objects.requireNonNull(settings, "settings"));
    }

    /** Collects settings for a transform of one's own plugin. */
    public static SmimeBuilder builder() {
        return new SmimeBuilder();
    }

    @Override
    public String name() {
        return "smime";
    }

    @Override
    public void configure(PluginContext context) {
        SmimeBuilder builder = builder().secrets(context.secrets());
        settings.accept(builder);
        EntityTransform transform = builder.build();
        context.transform(transform);
    }
}
