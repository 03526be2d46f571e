// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application whose jars are those that the starter cannot do without. */
class BareClassPathTest {
    private static final Pattern OPTIONAL =
            Pattern.compile("(spring-(web|webmvc|webflux|jdbc|tx|orm|context-support|test)-.*"
                    + "|spring-boot-(?!autoconfigure|\\d).*|tomcat-.*|jakarta\\.(servlet|persistence).*|hibernate-.*"
                    + "|liquibase-.*|reactor-.*|jackson-(core|databind)-2.*|mailer-mailbox.*|mailer-testkit.*)");

    @Test
    void it_starts_and_sends(@TempDir Path folder) throws Exception {
        try (URLClassLoader bare = bare()) {
            assertThatThrownBy(() -> bare.loadClass("org.springframework.jdbc.core.JdbcTemplate"))
                    .isInstanceOf(ClassNotFoundException.class);
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(bare);
            try {
                Object store = bare.loadClass(BareApp.class.getName())
                        .getMethod("run", String.class)
                        .invoke(null, folder.toString());
                assertThat(store).isEqualTo("sqlite");
            } finally {
                thread.setContextClassLoader(before);
            }
        }
    }

    private static URLClassLoader bare() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            boolean module = entry.contains("mailer-mailbox") || entry.contains("mailer-testkit");
            if (!module && !OPTIONAL.matcher(path.getFileName().toString()).matches()) {
                urls.add(path.toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }
}
