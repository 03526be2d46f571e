// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/**
 * What the mailer finds by name in a native image: its schema, its transports, its properties, the pages of the mailbox, and the parts of
 * Velocity that its templates use.
 */
final class MailerRuntimeHints implements RuntimeHintsRegistrar {
    private static final String VELOCITY = "org.apache.velocity.";

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources()
                .registerPattern("dev/mailer/core/migration/**")
                .registerPattern("dev/mailer/mailbox/*")
                .registerPattern("dev/mailer/tracking/internal/verdict/*.txt")
                .registerPattern("dev/mailer/tracking/unsubscribe/*")
                .registerPattern("sun/net/idn/uidna.spp")
                .registerPattern("META-INF/services/dev.mailer.api.spi.TransportFactory")
                .registerPattern("org/apache/velocity/runtime/defaults/*");
        BindableRuntimeHintsRegistrar.forTypes(MailerSettings.class, SpringMailServer.Settings.class)
                .registerHints(hints);
        Stream.of(
                        "dev.mailer.smtp.SmtpTransportFactory",
                        "dev.mailer.core.internal.template.NoResources",
                        "dev.mailer.core.internal.template.PlainUberspector",
                        VELOCITY + "runtime.ParserPoolImpl",
                        VELOCITY + "runtime.parser.StandardParser",
                        VELOCITY + "runtime.resource.ResourceManagerImpl",
                        VELOCITY + "runtime.resource.ResourceCacheImpl",
                        VELOCITY + "util.introspection.TypeConversionHandlerImpl",
                        VELOCITY + "runtime.directive.Foreach",
                        VELOCITY + "runtime.directive.Include",
                        VELOCITY + "runtime.directive.Parse",
                        VELOCITY + "runtime.directive.Macro",
                        VELOCITY + "runtime.directive.Evaluate",
                        VELOCITY + "runtime.directive.Break",
                        VELOCITY + "runtime.directive.Define",
                        VELOCITY + "runtime.directive.Stop")
                .map(TypeReference::of)
                .forEach(type -> hints.reflection().registerType(type, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
    }
}
