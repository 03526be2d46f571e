// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The registry of benchmarks, and the two things {@code benchmarks/run} asks of it: what to run, and to run one. */
public final class Main {
    /** A benchmark and the goals it reports. */
    private record Entry(Benchmark benchmark, String needs, List<String> goals) {}

    private static final Map<String, Entry> ALL = new LinkedHashMap<>();

    static {
        add("template", new TemplateRender(), "-", "template");
        add("compose", new Compose(), "-", "compose");
        add("tracking-rewrite", new TrackingRewrite(), "-", "tracking-rewrite");
        add(
                "tracking-http",
                new TrackingHttp(),
                "nginx,wrk",
                "tracking-pixel",
                "tracking-pixel-p99",
                "tracking-redirect");
        add(
                "tracking-events",
                new TrackingEvents(),
                "postgresql",
                "tracking-events-sqlite",
                "tracking-events-postgresql");
        add("dkim", new Dkim(), "-", "dkim", "dkim-jdkim", "dkim-ed25519");
        add("engine-cpu", new EngineCpu(), "-", "engine-cpu");
        add("append", new Append(), "postgresql", "append-sqlite", "append-postgresql");
        add("claim-settle", new ClaimSettle(), "postgresql", "claim-settle-sqlite", "claim-settle-postgresql");
        add(
                "claim-flat",
                new ClaimFlat(),
                "postgresql",
                "claim-flat-sqlite",
                "claim-flat-postgresql",
                "claim-flat-parked-sqlite",
                "claim-flat-parked-postgresql");
        add("joined", new Joined(), "postgresql", "joined-round-trips", "joined-batch-round-trips");
        add("start-up", new StartUp(), "postgresql", "start-up", "start-up-threads");
        add("heap-1m", new Heap1m(), "-", "heap-1m");
        add("lanes", new LanesUnderLoad(), "-", "lanes");
        add("webhooks", new WebhookDeliveries(), "-", "webhooks");
        add(
                "smtp",
                new SmtpSend(),
                "postfix",
                "smtp-4",
                "smtp-16",
                "smtp-chained",
                "smtp-composed",
                "smtp-angus",
                "smtp-angus-cpu",
                "smtp-angus-as-shipped",
                "smtp-100k",
                "smtp-distance");
        add("attachment-heap", new AttachmentHeap(), "postfix", "attachment-heap");
        add("slow-destinations", new SlowDestinations(), "postfix", "slow-destinations");
        add("encryption", new Encryption(), "postgresql,postfix", "encryption-sqlite", "encryption-postgresql");
        add(
                "e2e",
                new EndToEnd(),
                "postgresql,postfix",
                "e2e-sqlite",
                "e2e-postgresql",
                "cpu-sqlite",
                "cpu-postgresql");
    }

    private Main() {}

    private static void add(String name, Benchmark benchmark, String needs, String... goals) {
        ALL.put(name, new Entry(benchmark, needs, List.of(goals)));
    }

    /**
     * {@code plan [name …]} prints a line {@code benchmark needs goal …} for each benchmark that the names ask for; {@code run BENCHMARK SCRATCH
     * quick|full goal …} runs one.
     */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("plan")) {
            plan(Arrays.asList(args).subList(1, args.length)).forEach(System.out::println);
            return;
        }
        if (args.length > 4 && args[0].equals("run")) {
            Entry entry = ALL.get(args[1]);
            if (entry != null) {
                List<String> goals = Arrays.asList(args).subList(4, args.length);
                try (Session session = new Session(args[1], Path.of(args[2]), args[3].equals("quick"), goals)) {
                    entry.benchmark.run(session);
                }
                System.exit(0);
            }
        }
        System.err.println("usage: plan [name …] | run BENCHMARK SCRATCH quick|full GOAL …");
        System.exit(2);
    }

    private static List<String> plan(List<String> names) {
        for (String name : names) {
            if (ALL.entrySet().stream()
                    .noneMatch(
                            e -> e.getKey().equals(name) || e.getValue().goals.contains(name))) {
                System.err.println("'" + name + "' is not a benchmark; known are "
                        + ALL.entrySet().stream()
                                .map(e -> e.getKey() + " " + e.getValue().goals)
                                .collect(Collectors.joining(", ")));
                System.exit(2);
            }
        }
        List<String> lines = new ArrayList<>();
        ALL.forEach((name, entry) -> {
            List<String> goals = names.isEmpty() || names.contains(name)
                    ? entry.goals
                    : entry.goals.stream().filter(names::contains).toList();
            if (!goals.isEmpty()) {
                lines.add(name + " " + entry.needs + " " + String.join(" ", goals));
            }
        });
        return lines;
    }
}
