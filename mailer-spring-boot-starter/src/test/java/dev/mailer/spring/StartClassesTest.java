// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartClassesTest {
    private static final List<String> LIBRARIES =
            List.of("dev.mailer.", "io.micrometer.", "com.zaxxer.hikari.", "org.postgresql.");
    private static final Pattern LOADED = Pattern.compile("\\[class,load\\s*\\] ([\\w.$]+) source: ");
    /** Classes that are made at run time, and those of this test. */
    private static final Pattern OTHERS = Pattern.compile(".*(\\$\\$|LambdaForm|\\$Proxy|StartedApp|StartClasses).*");

    /** What the mailer's threads load as well differs a little from start to start. */
    @Test
    void the_list_has_what_a_start_loads(@TempDir Path folder) throws Exception {
        Map<String, Set<String>> loaded = loaded(folder);
        if (Boolean.getBoolean("start.classes.write")) {
            Files.writeString(
                    Path.of("src/main/resources", StartClasses.LIST),
                    loaded.values().stream()
                            .map(names -> String.join("\n", names) + "\n")
                            .collect(Collectors.joining("\n")));
            return;
        }
        Set<String> listed = new TreeSet<>(StartClasses.names());
        Set<String> missing = new TreeSet<>(loaded.get("dev.mailer."));
        missing.removeAll(listed);
        assertThat(missing)
                .as("write the list again: mvn test -Dtest=StartClassesTest -Dstart.classes.write=true")
                .hasSizeLessThan(20);
    }

    @Test
    void it_has_only_classes_that_are_there() throws Exception {
        for (String name : StartClasses.names()) {
            if (!name.isEmpty()) {
                assertThat(Class.forName(name, false, getClass().getClassLoader()))
                        .isNotNull();
            }
        }
        new StartClasses().preinitialize();
    }

    /** Classes by library, in the order in which they were loaded. */
    private static Map<String, Set<String>> loaded(Path folder) throws Exception {
        Path log = folder.resolve("classes");
        ChildJvm.run(
                "-Xlog:class+load:file=" + log,
                folder,
                StartedApp.class.getName(),
                "--spring.datasource.url=" + Postgres.nextUrl(),
                "--mailer.transport=null:",
                "--spring.main.web-application-type=none");
        Map<String, Set<String>> found = new LinkedHashMap<>();
        LIBRARIES.forEach(library -> found.put(library, new LinkedHashSet<>()));
        for (String line : Files.readAllLines(log)) {
            Matcher m = LOADED.matcher(line);
            if (m.find() && !OTHERS.matcher(m.group(1)).matches()) {
                found.forEach((library, names) -> {
                    if (m.group(1).startsWith(library)) {
                        names.add(m.group(1));
                    }
                });
            }
        }
        return found;
    }
}
