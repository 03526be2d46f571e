// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Files for the suites, one after the other in one folder that goes with the test. */
final class SqliteStores implements BeforeEachCallback, AfterEachCallback {
    private Path folder;
    private int number;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("mailer-sqlite");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    OutboxStore next() {
        number++;
        return reopen();
    }

    OutboxStore reopen() {
        return Stores.open(url(), InstantSource.system());
    }

    OutboxStore nextEncrypted() {
        number++;
        return reopenEncrypted();
    }

    OutboxStore reopenEncrypted() {
        return Stores.open(url(), TestKeys.one(), InstantSource.system());
    }

    private String url() {
        return "sqlite:" + folder.resolve("ledger" + number + ".db");
    }
}
