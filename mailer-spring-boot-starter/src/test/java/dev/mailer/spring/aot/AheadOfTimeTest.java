// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.aot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.spring.ChildJvm;
import dev.mailer.spring.Postgres;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;

/** What the build of an application does for a native image, and its outcome run on the JVM. */
class AheadOfTimeTest {
    @TempDir
    private Path folder;

    @Test
    void an_application_that_was_processed_ahead_of_time_sends() throws Exception {
        Path classes = process();
        compile(folder.resolve("sources"), classes);

        String output = ChildJvm.run(
                "-Dspring.aot.enabled=true",
                classes,
                AheadOfTimeApp.class.getName(),
                "--spring.config.name=aot",
                "--spring.datasource.url=" + Postgres.nextUrl(),
                "--mailer.mailers.billing.data-folder=" + folder.resolve("data"));

        assertThat(output)
                .contains("Starting AOT-processed AheadOfTimeApp", "postgresql sent: true", "sqlite sent: true");
        assertThat(Files.readString(metadata(classes)).replace("\\/", "/"))
                .contains(
                        "dev.mailer.spring.MailerSettings",
                        "dev.mailer.spring.SpringMailServer$Settings",
                        "dev/mailer/core/migration/",
                        "dev/mailer/mailbox/",
                        "\"mail/**\"",
                        "sun/net/idn/uidna.spp");
    }

    private Path process() throws Exception {
        Path classes = folder.resolve("classes");
        SpringApplicationAotProcessor.main(new String[] {
            AheadOfTimeApp.class.getName(),
            folder.resolve("sources").toString(),
            classes.toString(),
            classes.toString(),
            "dev.mailer",
            "ahead-of-time",
            "--spring.config.name=aot"
        });
        return classes;
    }

    private static void compile(Path sources, Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-nowarn",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                classes + File.pathSeparator + ChildJvm.CLASS_PATH));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::toString)
                    .forEach(arguments::add);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler().run(null, said, said, arguments.toArray(String[]::new));
        assertThat(result).as(said.toString(StandardCharsets.UTF_8)).isZero();
    }

    private static Path metadata(Path classes) {
        return classes.resolve("META-INF/native-image/dev.mailer/ahead-of-time/reachability-metadata.json");
    }
}
