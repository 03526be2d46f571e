// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateCommandTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void templates() throws IOException {
        write("receipt/subject.vm", "Order $order");
        write("receipt/subject.de.vm", "Bestellung $order");
        write("receipt/html.vm", "<style>p{color:red}</style><p>Hello $name</p>");
        write("receipt/sample.json", "{\"order\": 4711, \"name\": \"Jo\"}");
    }

    @Test
    void list_names_templates_and_languages() {
        assertThat(run("list")).isZero();
        assertThat(text(out)).isEqualTo("receipt  de\n");
    }

    @Test
    void check_ends_with_0_when_all_render_and_with_1_when_not() throws IOException {
        assertThat(run("check")).isZero();
        assertThat(text(err)).isEqualTo("all templates render: 1\n");

        write("receipt/html.vm", "one\n$missing");
        assertThat(run("check")).isEqualTo(1);
        assertThat(text(out)).contains("error  receipt: ").contains("$missing").contains("line 2");
        assertThat(run("check", "receipt", "--json")).isEqualTo(1);
        assertThat(text(out)).contains("\"severity\" : \"error\"");
    }

    @Test
    void preview_prints_all_parts() {
        assertThat(run("preview", "receipt", "--locale", "de-AT")).isZero();
        assertThat(text(out)).isEqualTo("""
                        --- subject
                        Bestellung 4711
                        --- text
                        Hello Jo
                        --- html
                        <p style="color: red">Hello Jo</p>
                        """);
    }

    @Test
    void preview_takes_other_variables_and_writes_files() throws IOException {
        Path sample = Files.writeString(folder.resolve("other.json"), "{\"order\": 1, \"name\": \"Sam & Co\"}");
        Path target = folder.resolve("out");

        assertThat(run("preview", "receipt", "--sample", sample.toString(), "--out", target.toString()))
                .isZero();
        assertThat(target.resolve("receipt.subject.txt")).hasContent("Order 1");
        assertThat(target.resolve("receipt.txt")).hasContent("Hello Sam & Co\n");
        assertThat(target.resolve("receipt.html")).content().contains("Sam &amp; Co");
    }

    @Test
    void what_is_typed_wrong_is_told() throws IOException {
        assertThat(run("preview", "gone")).isEqualTo(1);
        assertThat(text(err)).contains("'gone' has no sample");
        assertThat(run("preview", "receipt", "--locale", "de_AT")).isEqualTo(2);
        assertThat(text(err)).contains("--locale: 'de_AT' is no language tag such as de or de-AT");
        Path sample = Files.writeString(folder.resolve("other.json"), "[1]");
        assertThat(run("preview", "receipt", "--sample", sample.toString())).isEqualTo(2);
        assertThat(text(err)).contains("is no JSON object of variables");
        assertThat(program(List.of("template", "list"))).isEqualTo(2);
        assertThat(text(err)).contains("there is no folder of templates; give --set templates=FOLDER");
        assertThat(program(List.of("template"))).isEqualTo(2);
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of("template"));
        all.addAll(List.of(args));
        all.addAll(List.of("--set", "templates=" + folder.resolve("templates")));
        return program(all);
    }

    private int program(List<String> args) {
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("MAILER_CONFIG", "", "MAILER_DATA", folder.toString()),
                InstantSource.system(),
                false);
        return new CommandLineProgram(terminal).run(args.toArray(String[]::new));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    private void write(String file, String content) throws IOException {
        Path path = folder.resolve("templates").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
