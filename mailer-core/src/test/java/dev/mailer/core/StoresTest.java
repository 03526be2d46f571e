// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

class StoresTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlite:/var/mail.db, jdbc:sqlite:",
        "jdbc:, jdbc:",
        "postgres://u:pw@host/db, postgres:",
        "sqlite:, sqlite:",
        "/var/mail.db, /var/mail.db",
        "'', ''"
    })
    void an_unknown_address_is_named_as_far_as_it_holds_no_secret(String url, String shown) {
        assertThatThrownBy(() -> Stores.open(url, InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("store: '" + shown
                        + "' is not a store; known are memory, sqlite:path/to/file, jdbc:postgresql://host/database,"
                        + " jdbc:mariadb://host/database and, for tests, jdbc:h2:mem:name");
    }

    @Test
    void mysql_is_refused_with_what_may_be_meant() {
        assertThatThrownBy(() -> Stores.open("jdbc:mysql://u:pw@host/db", InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("store: 'jdbc:mysql:' is not a store; known are ")
                .hasMessageEndingWith("; MySQL is not supported, a MariaDB server has jdbc:mariadb:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:mem:", "jdbc:h2:mem:;DB_CLOSE_DELAY=-1"})
    void h2_in_memory_needs_a_name(String url) {
        assertThatThrownBy(() -> Stores.open(url, InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("store: jdbc:h2:mem: has no name, so each connection would see a database of its own;"
                        + " expected jdbc:h2:mem:name");
    }

    @Test
    void a_data_source_of_another_database_is_named() {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite::memory:");

        assertThatThrownBy(() -> Stores.of(source))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("store: the data source leads to SQLite, which cannot hold the ledger; ");
    }

    @Test
    void an_address_that_the_driver_cannot_read_is_not_quoted() {
        assertThatThrownBy(() -> Stores.open("jdbc:postgresql://u:pw@host:port/db", InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("store: the address of the database cannot be read; expected"
                        + " jdbc:postgresql://host:port/database?user=…&password=…");
    }

    @Test
    void a_missing_driver_is_named_with_its_artifact() throws Exception {
        URL[] withoutDriver = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("postgresql-"))
                .map(StoresTest::url)
                .toArray(URL[]::new);

        try (URLClassLoader host = new URLClassLoader(withoutDriver, ClassLoader.getPlatformClassLoader())) {
            var open = host.loadClass(Stores.class.getName()).getMethod("open", String.class, InstantSource.class);
            Throwable thrown = catchThrowable(
                    () -> open.invoke(null, "jdbc:postgresql://host/db?password=pw", InstantSource.system()));

            assertThat(thrown).isInstanceOf(InvocationTargetException.class);
            assertThat(thrown.getCause().getClass().getName()).isEqualTo(MailerConfigException.class.getName());
            assertThat(thrown.getCause())
                    .hasMessage("store: the PostgreSQL driver is not on the class path; add org.postgresql:postgresql");
        }
    }

    @Test
    void a_file_error_without_words_is_named_by_its_class() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> Stores.open("sqlite:" + file + "/mail.db", InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("store: sqlite:" + file + "/mail.db cannot be opened: FileAlreadyExistsException: " + file);
    }

    @Test
    void a_file_that_is_no_database_is_refused_and_left_alone() throws Exception {
        Path file = Files.writeString(folder.resolve("mail.db"), "this is text");

        assertThatThrownBy(() -> Stores.open("sqlite:" + file, InstantSource.system()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(
                        "store: sqlite:" + file + " is not a SQLite database; move the file away or give another path");
        assertThat(file).hasContent("this is text");
    }

    @Test
    void closing_a_file_again_does_nothing() throws Exception {
        OutboxStore store = Stores.open("sqlite:" + folder.resolve("mail.db"), InstantSource.system());
        store.close();

        assertTimeout(Duration.ofSeconds(20), store::close);
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
