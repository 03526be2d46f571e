// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import dev.mailer.api.spi.MailerPlugin;
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
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins on the class path and in the jars of a folder. A plugin is installed when the settings name it; a jar's transport
 * factories are found at once and do nothing until an address names their scheme. Jars stay open as long as the process runs.
 */
final class Plugins {
    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
    /** A service file that cannot be read fails at every step; this many failures are an end. */
    private static final int BROKEN = 100;

    private final ClassLoader loader;
    private final List<MailerPlugin> all;

    Plugins(@Nullable Path folder) {
        ClassLoader own = Plugins.class.getClassLoader();
        List<URL> jars = folder == null ? List.of() : jars(folder);
        this.loader = jars.isEmpty() ? own : new URLClassLoader("plugins", jars.toArray(URL[]::new), own);
        this.all = load(loader);
    }

    /** Shows the program's classes and those of the folder. */
    ClassLoader loader() {
        return loader;
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

    /** A plugin that cannot be loaded is passed over, so that one broken jar does not stop a server that does not name it. */
    private static List<MailerPlugin> load(ClassLoader loader) {
        List<MailerPlugin> plugins = new ArrayList<>();
        Iterator<MailerPlugin> found =
                ServiceLoader.load(MailerPlugin.class, loader).iterator();
        for (int broken = 0; broken < BROKEN; ) {
            try {
                if (!found.hasNext()) {
                    break;
                }
                plugins.add(found.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                broken++;
                LOG.warn("a plugin cannot be loaded and is passed over: {}", e.toString());
            }
        }
        plugins.sort(Comparator.comparing(MailerPlugin::name));
        return plugins;
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
