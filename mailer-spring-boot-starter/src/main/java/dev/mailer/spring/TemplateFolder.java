// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ResourceUtils;

/**
 * The folder of templates. A location on the class path that is no folder, because it is within a jar, is copied to a temporary one,
 * which goes when the mailer is closed.
 */
final class TemplateFolder implements MailerPlugin {
    private static final Logger log = LoggerFactory.getLogger(TemplateFolder.class);

    private final Path folder;
    private final boolean temporary;

    private TemplateFolder(Path folder, boolean temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    /** Opens a path or a location such as {@code classpath:mail}. */
    static TemplateFolder at(String location, ResourceLoader loader) {
        if (!ResourceUtils.isUrl(location)) {
            return new TemplateFolder(Path.of(location), false);
        }
        String root = location.endsWith("/") ? location : location + "/";
        try {
            Path there = onDisk(loader.getResource(root));
            return there == null ? copied(root, loader) : new TemplateFolder(there, false);
        } catch (IOException e) {
            throw new MailerConfigException(
                    "templates",
                    location + " cannot be read, expected folders of templates there: " + e.getMessage(),
                    e);
        }
    }

    private static @Nullable Path onDisk(Resource resource) throws IOException {
        return resource.exists() && ResourceUtils.isFileURL(resource.getURL())
                ? resource.getFile().toPath()
                : null;
    }

    private static TemplateFolder copied(String root, ResourceLoader loader) throws IOException {
        Resource base = loader.getResource(root);
        Resource[] found = new PathMatchingResourcePatternResolver(loader).getResources(root + "**/*.*");
        if (found.length == 0) {
            throw new MailerConfigException(
                    "templates", "there is nothing at " + root + "; expected folders of templates");
        }
        String prefix = base.getURL().toString();
        Path folder = Files.createTempDirectory("mailer-templates");
        for (Resource one : found) {
            String url = one.getURL().toString();
            Path file = folder.resolve(url.substring(Math.min(prefix.length(), url.length())))
                    .normalize();
            if (one.isReadable() && url.startsWith(prefix) && file.startsWith(folder) && !url.endsWith("/")) {
                Files.createDirectories(file.getParent());
                try (InputStream in = one.getInputStream()) {
                    Files.copy(in, file);
                }
            }
        }
        return new TemplateFolder(folder, true);
    }

    Path path() {
        return folder;
    }

    @Override
    public String name() {
        return "templates";
    }

    @Override
    public void configure(PluginContext context) {}

    @Override
    public void close() {
        if (!temporary) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            log.warn("the temporary folder {} of templates stays: {}", folder, e.toString());
        }
    }
}
