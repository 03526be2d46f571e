// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A PostgreSQL of our own in the scratch folder, with fsync and synchronous_commit on, as they are by default. */
final class PostgresServer implements AutoCloseable {
    private static final String USER = "postgres";

    private final Process process;
    private final int port;

    private PostgresServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** {@code -Dbench.postgresql} names the folder of the server's programs. */
    static PostgresServer start(Session session) throws IOException, InterruptedException {
        String programs = System.getProperty("bench.postgresql", "");
        Path home = Files.createDirectories(session.scratch().resolve("postgresql"));
        if (Programs.isRoot()) {
            Programs.call(home, List.of("chown", USER, home.toString()));
        }
        Path data = home.resolve("data");
        Programs.call(
                home,
                Programs.as(USER, List.of(programs + "/initdb", "-A", "trust", "-U", "bench", "-D", data.toString())));
        int port = Programs.freePort();
        Path log = session.scratch().resolve("postgresql.log");
        Process process = Programs.start(
                session,
                Programs.as(
                        USER,
                        List.of(
                                programs + "/postgres",
                                "-D",
                                data.toString(),
                                "-p",
                                String.valueOf(port),
                                "-c",
                                "listen_addresses=127.0.0.1",
                                "-c",
                                "unix_socket_directories=" + home,
                                "-c",
                                "shared_buffers=512MB",
                                "-c",
                                "max_wal_size=4GB")),
                log.toFile());
        PostgresServer server = new PostgresServer(process, port);
        session.closing(server);
        Programs.awaitPort(port, log);
        server.awaitReady();
        return server;
    }

    /** A new database; returns its address. */
    String create(String name) throws SQLException {
        try (Connection c = DriverManager.getConnection(url("postgres"));
                Statement s = c.createStatement()) {
            s.execute("create database " + name);
        }
        return url(name);
    }

    private void awaitReady() throws InterruptedException {
        for (int i = 0; ; i++) {
            try {
                DriverManager.getConnection(url("postgres")).close();
                return;
            } catch (SQLException e) {
                if (i == 100) {
                    throw new IllegalStateException(e);
                }
                Thread.sleep(100);
            }
        }
    }

    private String url(String name) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=bench";
    }

    /** SIGINT: a fast shutdown, which does not wait for clients. */
    @Override
    public void close() throws IOException {
        Programs.end(process, "INT");
    }
}
