// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The world around {@code mx:} in a process of its own: a name server for domains that are healthy ({@code h0.test}, …, with hosts at
 * 127.0.0.1), and for others that are slow ({@code s0.test}, …, at 127.0.0.2), and those slow hosts. Each domain has a host of its own.
 */
final class SlowHosts implements AutoCloseable {
    /** Domains that are known. */
    static final int HEALTHY = 200;

    private final Process process;
    private final BufferedReader said;
    private final PrintWriter ask;
    private final int dns;

    private SlowHosts(Process process) throws IOException {
        this.process = process;
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        this.ask = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII), true);
        this.dns = Integer.parseInt(answer());
    }

    static SlowHosts start(Session session, int port, int slow) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SlowHosts.class.getName(),
                        String.valueOf(port),
                        String.valueOf(slow))
                .directory(session.scratch().toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Programs.remember(session, process.pid());
        return session.closing(new SlowHosts(process));
    }

    /** The port of the name server. */
    int dns() {
        return dns;
    }

    /** Connections that the slow hosts hold now. */
    int held() throws IOException {
        ask.println();
        return Integer.parseInt(answer());
    }

    private String answer() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the slow hosts have ended");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        Programs.end(process, "TERM");
    }

    /** {@code PORT SLOW}: prints the name server's port, and after each line of input how many connections are held; ends with the input. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        try (ScriptedDnsServer names = ScriptedDnsServer.start();
                HangingServer server = new HangingServer(port);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            add(names, "h", HEALTHY, "127.0.0.1");
            add(names, "s", Integer.parseInt(args[1]), HangingServer.ADDRESS);
            System.out.println(names.port());
            while (in.readLine() != null) {
                System.out.println(server.held());
            }
        }
    }

    private static void add(ScriptedDnsServer names, String letter, int count, String address) {
        for (int i = 0; i < count; i++) {
            String domain = letter + i + ".test";
            names.mx(domain, 10, "mx." + domain).address("mx." + domain, address);
        }
    }

    /** A recipient in each of so many domains. */
    static List<String> recipients(String letter, int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> "jo@" + letter + i + ".test")
                .toList();
    }
}
