// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Files for the suites, one after the other in one folder that goes with the JVM. */
final class SqliteStores {
    private final Path folder;
    private int number;

    SqliteStores() {
        try {
            this.folder = Files.createTempDirectory("mailer-sqlite");
            folder.toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
