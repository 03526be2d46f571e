// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaScriptTest {
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql", "mariadb", "h2"})
    void it_has_every_migration_in_order_of_version(String database) throws Exception {
        Path folder = Path.of(SchemaScript.class
                        .getClassLoader()
                        .getResource(Migration.folder(database) + "/V1__ledger.sql")
                        .toURI())
                .getParent();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Migration.SCRIPTS);
        }
        String last = Migration.SCRIPTS.get(Migration.SCRIPTS.size() - 1);
        assertThat(last).startsWith("V" + SchemaScript.VERSION + "__");
        String script = SchemaScript.of(database);
        for (String migration : Migration.SCRIPTS) {
            assertThat(script)
                    .contains(Files.readString(folder.resolve(migration)).strip());
        }
        assertThat(script)
                .endsWith("(1, '" + SchemaScript.VERSION
                        + "', 'mailer ddl', 'BASELINE', 'mailer ddl', 'mailer ddl', 0, true);\n");
    }
}
