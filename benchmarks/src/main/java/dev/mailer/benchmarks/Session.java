// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** One run of one benchmark: its scratch folder, its goals, its results, and the programs it started. */
final class Session implements AutoCloseable {
    private final String name;
    private final Path scratch;
    private final boolean quick;
    private final List<String> goals;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    Session(String name, Path scratch, boolean quick, List<String> goals) {
        this.name = name;
        this.scratch = scratch;
        this.quick = quick;
        this.goals = List.copyOf(goals);
    }

    /** Where data goes; removed by {@code benchmarks/run} at the end. */
    Path scratch() {
        return scratch;
    }

    boolean isQuick() {
        return quick;
    }

    int rounds() {
        return quick ? 2 : 5;
    }

    /** A number of things to do, a fifth of it in a quick run. */
    int amount(int full) {
        return quick ? full / 5 : full;
    }

    boolean wants(String goal) {
        return goals.contains(goal);
    }

    /** The stores, of {@code sqlite} and {@code postgresql}, for which a goal with one of these prefixes is wanted. */
    List<String> stores(String... prefixes) {
        return List.of("sqlite", "postgresql").stream()
                .filter(s -> List.of(prefixes).stream().anyMatch(p -> wants(p + s)))
                .toList();
    }

    /** Closes this at the end, in reverse order. */
    <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Writes the line of a goal; {@code op} is {@code >=}, {@code <=} or {@code <}. */
    void result(String goal, double value, String op, double limit) throws IOException {
        if (!wants(goal)) {
            return;
        }
        boolean pass = switch (op) {
            case ">=" -> value >= limit;
            case "<=" -> value <= limit;
            default -> value < limit;
        };
        String line = "RESULT " + goal + " " + number(value) + " " + op + " " + number(limit) + " "
                + (pass ? "PASS" : "FAIL") + (quick ? " (quick: not valid)" : "");
        Files.writeString(
                scratch.resolve("results"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void say(String format, Object... args) {
        System.out.println(String.format(Locale.ROOT, format, args));
    }

    void progress(String format, Object... args) {
        System.err.println(name + ": " + String.format(Locale.ROOT, format, args));
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                System.err.println(name + ": " + e);
            }
        }
    }

    /** Four digits that count, no exponent. */
    static String number(double value) {
        double size = Math.abs(value);
        int decimals =
                value == Math.rint(value) && size < 1e6 || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
