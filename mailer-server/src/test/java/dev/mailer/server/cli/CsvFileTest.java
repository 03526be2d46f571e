// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileTest {
    @TempDir
    private Path folder;

    @Test
    void what_its_reader_throws_is_no_fault_of_the_file() throws IOException {
        Path file = Files.writeString(folder.resolve("recipients.csv"), "email\njo@example.org\n");
        IllegalStateException broken = new IllegalStateException("the engine is closed");

        assertThatThrownBy(() -> new CsvFile(file, null).read(row -> {
                    throw broken;
                }))
                .isSameAs(broken);
    }
}
