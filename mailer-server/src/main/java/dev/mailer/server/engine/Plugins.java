// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.server.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The plugins on the class path and in the jars of a folder. A plugin is installed when the settings name it; a jar's transport
 * factories are known at once and do nothing until an address names their scheme. Jars stay open as long as the process runs.
 */
final class Plugins {
    private final ClassLoader own = Plugins.class.getClassLoader();
    private final ClassLoader loader;
    private final List<MailerPlugin> all;

    Plugins(@Nullable Path folder) {
        List<URL> jars = folder == null ? List.of() : jars(folder);
        this.loader = jars.isEmpty() ? own : new URLClassLoader("plugins", jars.toArray(URL[]::new), own);
        this.all = ServiceLoader.load(MailerPlugin.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(MailerPlugin::name))
                .toList();
    }

    /** The plugin of this name; an error that lists what there is when it is not among them. */
    MailerPlugin named(String name) {
        List<String> names = new ArrayList<>();
        for (MailerPlugin plugin : all) {
            if (plugin.name().equals(name)) {
                return plugin;
            }
            names.add(plugin.name());
        }
        throw new ConfigException(List.of("plugins: '" + name + "' was not found; there are "
                + (names.isEmpty() ? "none" : String.join(", ", names))));
    }

    /** Makes the transport factories of the folder's jars known; those of the class path are known to the engine. */
    MailerPlugin folderTransports() {
        return MailerPlugin.of(
                "plugins.folder",
                context -> ServiceLoader.load(TransportFactory.class, loader).stream()
                        .filter(provider -> provider.type().getClassLoader() != own)
                        .forEach(provider -> context.transportFactory(provider.get())));
    }

    private static List<URL> jars(Path folder) {
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                jars.add(file.toUri().toURL());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of plugins " + folder + " cannot be read", e);
        }
        jars.sort(Comparator.comparing(URL::toString));
        return jars;
    }
}
