// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What 100 healthy domains get through {@code mx:} while 9,900 others hang or drip: on the JDK of this process, and on the newest one that
 * is installed and has virtual threads, each in a process of its own ({@link SlowDestinationsRun}).
 */
final class SlowDestinations implements Benchmark {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final int VIRTUAL_SINCE = 24;
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)[^\"]*\"");
    private static final Pattern FIGURE = Pattern.compile("FIGURE (\\S+) ([^|]+) \\| (\\S+)");

    @Override
    public void run(Session session) throws Exception {
        Map<Integer, Path> machines = new LinkedHashMap<>();
        machines.put(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
        newest().forEach(machines::putIfAbsent);
        Figures figures = new Figures();
        double worst = Double.MAX_VALUE;
        for (Map.Entry<Integer, Path> machine : machines.entrySet()) {
            String row = "JDK " + machine.getKey();
            String heap = machine.getKey() < VIRTUAL_SINCE ? "-Xmx256m" : "-Xmx512m";
            measure(session, row, List.of(machine.getValue().resolve("bin/java").toString(), heap), figures);
            worst = Math.min(worst, figures.median(row, SlowDestinationsRun.RATIO));
        }
        figures.print("slow-destinations: 100 healthy domains beside " + SlowDestinationsRun.slowDomains(session)
                + " slow ones, mails of 10 kB");
        session.result("slow-destinations", worst, ">=", 0.9);
    }

    private static void measure(Session session, String row, List<String> java, Figures figures)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                SlowDestinationsRun.class.getName(),
                session.scratch().toString(),
                session.isQuick() ? "quick" : "full"));
        Process process = new ProcessBuilder(command)
                .directory(new File(session.scratch().toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Programs.remember(session, process.pid());
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                Matcher figure = FIGURE.matcher(line);
                if (figure.matches()) {
                    figures.add(row, figure.group(2), Double.parseDouble(figure.group(3)));
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("the run on " + row + " ended with " + process.exitValue());
        }
    }

    /** The newest with virtual threads that pin on nothing of ours. */
    private static Map<Integer, Path> newest() throws IOException {
        Map<Integer, Path> newest = new LinkedHashMap<>();
        int best = VIRTUAL_SINCE - 1;
        for (Path release : releases()) {
            Matcher version = VERSION.matcher(Files.readString(release));
            if (version.find() && Integer.parseInt(version.group(1)) > best) {
                best = Integer.parseInt(version.group(1));
                newest.clear();
                newest.put(best, release.resolveSibling("."));
            }
        }
        return newest;
    }

    private static List<Path> releases() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(INSTALLED)) {
            try (DirectoryStream<Path> homes = Files.newDirectoryStream(INSTALLED)) {
                homes.forEach(home -> found.add(home.resolve("release")));
            }
        }
        return found.stream().filter(Files::isRegularFile).toList();
    }
}
