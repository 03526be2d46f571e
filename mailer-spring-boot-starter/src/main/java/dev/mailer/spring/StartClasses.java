// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/**
 * Loads the classes that a mailer needs to start, on the thread that Spring Boot has for such work while the application context begins.
 * The system property {@code spring.backgroundpreinitializer.ignore} turns it off, as all of its kind.
 */
final class StartClasses implements BackgroundPreinitializer {
    /** Names of classes, those of a library apart from others by an empty line. */
    static final String LIST = "META-INF/mailer/start.classes";

    private static final ClassLoader LOADER = StartClasses.class.getClassLoader();

    @Override
    public void preinitialize() throws IOException {
        boolean skip = false;
        for (String name : names()) {
            skip = !name.isEmpty() && (skip || !load(name));
        }
    }

    static List<String> names() throws IOException {
        try (InputStream in = LOADER.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IOException(LIST + " is not in the jar");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        }
    }

    /** Verifies it, which takes the most time, but does not initialize it: that could wait for another thread that waits for this one. */
    private static boolean load(String name) {
        try {
            var unused = Class.forName(name, false, LOADER).getDeclaredConstructors();
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        } catch (LinkageError e) {
            // it is for something that this application does not have
            return true;
        }
    }
}
