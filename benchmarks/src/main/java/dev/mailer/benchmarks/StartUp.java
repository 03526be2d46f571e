// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the starter adds to the start of a Spring Boot web application with a pool on PostgreSQL: from the start of the process until the
 * application is ready. Each start has a new database, so the schema is made in each.
 */
final class StartUp implements Benchmark {
    private static final String PLAIN = "web and jdbc";
    private static final String STARTER = "web, jdbc and the starter";
    private static final Pattern READY = Pattern.compile("READY (\\d+)");
    private static final Pattern FIRST = Pattern.compile("FIRST (\\d+)");
    private static final Pattern LEFT = Pattern.compile("LEFT (\\d+)");
    private static final int ROUNDS = 10;

    @Override
    public void run(Session session) throws Exception {
        PostgresServer server = PostgresServer.start(session);
        Figures figures = new Figures();
        start(session, server, PLAIN, "warm0", new Figures());
        start(session, server, STARTER, "warm1", new Figures());
        int rounds = session.isQuick() ? session.rounds() : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            List<String> order = round % 2 == 0 ? List.of(PLAIN, STARTER) : List.of(STARTER, PLAIN);
            for (String row : order) {
                start(session, server, row, "s" + round + (row.equals(PLAIN) ? "p" : "m"), figures);
            }
        }
        figures.print("start-up: a Spring Boot web application, new database each time");
        session.result(
                "start-up",
                figures.median(STARTER, "ms until ready") - figures.median(PLAIN, "ms until ready"),
                "<",
                400);
        session.result("start-up-threads", figures.median(STARTER, "threads left"), "<=", 0);
    }

    private static void start(Session session, PostgresServer server, String row, String database, Figures figures)
            throws IOException, InterruptedException, java.sql.SQLException, URISyntaxException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classpath(row.equals(PLAIN) ? "startup" : "startup-starter"),
                "dev.mailer.benchmarks.startup.Application",
                "--server.port=0",
                "--spring.datasource.url=" + server.create(database)));
        if (row.equals(STARTER)) {
            command.add("--mailer.transport=null:");
        }
        String said = Programs.call(session.scratch(), command);
        figures.add(row, "ms until ready", number(READY, said));
        if (row.equals(STARTER)) {
            figures.add(row, "ms of the first send", number(FIRST, said));
        }
        figures.add(row, "threads left", number(LEFT, said));
    }

    /** What the build has written beside this jar; the application itself is not on the path of its own module. */
    private static String classpath(String module) throws IOException, URISyntaxException {
        Path target = Path.of(StartUp.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolveSibling(".");
        Path benchmarks = target.resolve("..").normalize();
        String listed = Files.readString(
                        benchmarks.resolve(module).resolve("target").resolve("classpath"))
                .strip();
        return benchmarks.resolve("startup").resolve("target").resolve("classes") + ":" + listed;
    }

    private static double number(Pattern pattern, String said) throws IOException {
        Matcher matcher = pattern.matcher(said);
        if (!matcher.find()) {
            throw new IOException("the application did not start: " + said);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
