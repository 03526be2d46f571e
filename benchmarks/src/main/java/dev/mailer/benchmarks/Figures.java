// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What rounds gave: rows of named cases, columns of figures; printed as medians (min-max). */
final class Figures {
    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();
    private final List<String> columns = new ArrayList<>();

    void add(String row, String column, double value) {
        if (!columns.contains(column)) {
            columns.add(column);
        }
        rows.computeIfAbsent(row, r -> new LinkedHashMap<>())
                .computeIfAbsent(column, c -> new ArrayList<>())
                .add(value);
    }

    double median(String row, String column) {
        return median(values(row, column));
    }

    /** The median of what one case has of another in each round. */
    double ratio(String row, String other, String column) {
        return median(ratios(row, other, column));
    }

    /** Adds the ratios of each round to the row as a column of its own. */
    void addRatios(String row, String other, String column, String name) {
        for (double ratio : ratios(row, other, column)) {
            add(row, name, ratio);
        }
    }

    void print(String title) {
        StringBuilder text = new StringBuilder("\n").append(title).append("; median (min-max)\n\n| case | rounds |");
        columns.forEach(c -> text.append(' ').append(c).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(columns.size())).append('\n');
        rows.forEach((row, figures) -> {
            int rounds = figures.values().stream().mapToInt(List::size).max().orElse(0);
            text.append("| ").append(row).append(" | ").append(rounds).append(" |");
            for (String column : columns) {
                text.append(' ').append(cell(figures.get(column))).append(" |");
            }
            text.append('\n');
        });
        System.out.println(text);
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = sorted.length;
        return n == 0 ? Double.NaN : n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    /** The value below which this share of the samples lies; sorts them. */
    static double percentile(long[] samples, double share) {
        Arrays.sort(samples);
        return samples[(int) Math.min(samples.length - 1L, (long) Math.ceil(samples.length * share) - 1)];
    }

    private List<Double> values(String row, String column) {
        return rows.getOrDefault(row, Map.of()).getOrDefault(column, List.of());
    }

    private List<Double> ratios(String row, String other, String column) {
        List<Double> a = values(row, column);
        List<Double> b = values(other, column);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            ratios.add(a.get(i) / b.get(i));
        }
        return ratios;
    }

    private static String cell(@org.jspecify.annotations.Nullable List<Double> values) {
        if (values == null) {
            return "";
        }
        double min = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double max = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return Session.number(median(values)) + " (" + Session.number(min) + "-" + Session.number(max) + ")";
    }
}
