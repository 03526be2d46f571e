// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.home;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mailer.api.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerHomeTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-08-05T11:52:01Z"));

    private static final int CHANGERS = 4;
    private static final int CHANGES = 20;
    private static final String READY = "ready";

    @TempDir
    private Path folder;

    @Test
    void the_first_start_makes_a_key_to_hand_out_and_one_for_the_command_line() throws IOException {
        ServerHome home = new ServerHome(folder.resolve("new"), CLOCK);
        home.create();

        Secret first = home.firstKey();

        assertThat(first.reveal()).matches("mk_[A-Za-z0-9_-]{43}");
        home.firstKeyShown();
        assertThat(home.firstKey()).isNull();
        assertThat(home.apiKeys().find(first.reveal()).tenant()).isEqualTo("default");
        assertThat(home.apiKeys().find(home.commandLineKey().reveal()).name()).isEqualTo("command line");
        assertThat(Files.readString(folder.resolve("new/keys.json")))
                .doesNotContain(first.reveal())
                .doesNotContain(home.commandLineKey().reveal());
    }

    @Test
    void a_first_start_that_ends_too_early_is_made_good_by_the_next() throws IOException {
        ServerHome home = new ServerHome(folder.resolve("new"), CLOCK);
        home.create();
        home.firstKey();
        String own = home.commandLineKey().reveal();

        String handedOut = home.firstKey().reveal();
        home.firstKeyShown();

        assertThat(home.apiKeys().find(handedOut)).isNotNull();
        assertThat(home.commandLineKey().reveal()).isEqualTo(own);
        assertThat(home.firstKey()).isNull();
    }

    @Test
    void a_first_start_that_ends_between_the_two_keys_is_made_good_by_the_next() throws IOException {
        ServerHome home = new ServerHome(folder.resolve("new"), CLOCK);
        home.create();
        home.firstKey();
        home.apiKeys().revoke(home.apiKeys().list().get(1).id());
        Files.delete(home.commandLineKeyFile());

        Secret first = home.firstKey();

        assertThat(home.apiKeys().find(first.reveal()).name()).isEqualTo("first");
        assertThat(home.apiKeys().find(home.commandLineKey().reveal()).name()).isEqualTo("command line");
    }

    @Test
    void only_the_owner_may_read() throws IOException {
        ServerHome home = new ServerHome(folder.resolve("new"), CLOCK);
        home.create();
        home.firstKey();
        home.announce(new RunningServer(URI.create("http://127.0.0.1:1"), 1, CLOCK.instant()));

        assertThat(mode(folder.resolve("new"))).isEqualTo("rwx------");
        for (String file : new String[] {"keys.json", "cli.key", "server.json"}) {
            assertThat(mode(folder.resolve("new").resolve(file))).as(file).isEqualTo("rw-------");
        }
    }

    @Test
    void a_key_is_found_by_its_secret_alone() {
        ApiKeys keys = new ApiKeys(folder.resolve("keys.json"), CLOCK);
        String a = keys.create("a", "one").reveal();
        String b = keys.create("b", "two").reveal();

        assertThat(keys.find(a).tenant()).isEqualTo("one");
        assertThat(keys.find(b).tenant()).isEqualTo("two");
        assertThat(keys.find(a + "x")).isNull();
        assertThat(keys.find("")).isNull();
        assertThat(keys.find(keys.list().get(0).sha256())).isNull();
    }

    @Test
    void another_process_sees_a_change() {
        ApiKeys mine = new ApiKeys(folder.resolve("keys.json"), CLOCK);
        String a = mine.create("a", "one").reveal();
        ApiKeys theirs = new ApiKeys(folder.resolve("keys.json"), CLOCK);
        assertThat(theirs.find(a)).isNotNull();

        assertThat(mine.revoke(mine.list().get(0).id())).isTrue();

        assertThat(theirs.find(a)).isNull();
        assertThat(mine.revoke("nobody")).isFalse();
    }

    @Test
    void changes_by_several_at_once_are_all_kept() throws Exception {
        CyclicBarrier start = new CyclicBarrier(CHANGERS);
        ExecutorService threads = Executors.newFixedThreadPool(CHANGERS);
        try {
            List<Future<?>> changes = new ArrayList<>();
            for (int i = 0; i < CHANGERS; i++) {
                changes.add(threads.submit(() -> {
                    start.await();
                    changeOften(folder);
                    return null;
                }));
            }
            for (Future<?> change : changes) {
                change.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(new ApiKeys(folder.resolve("keys.json"), CLOCK).list()).hasSize(CHANGERS * CHANGES);
    }

    @Test
    void changes_by_several_processes_are_all_kept() throws Exception {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                processes.add(new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServerHomeTest.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
            }
            for (Process process : processes) {
                assertThat(process.inputReader().readLine()).isEqualTo(READY);
            }
            for (Process process : processes) {
                process.getOutputStream().close();
            }
            for (Process process : processes) {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }

        assertThat(new ApiKeys(folder.resolve("keys.json"), CLOCK).list()).hasSize(2 * CHANGES);
    }

    /** Changes the keys of a folder as soon as it is told to. */
    public static void main(String[] arguments) throws IOException {
        System.out.println(READY);
        if (System.in.read() < 0) {
            changeOften(Path.of(arguments[0]));
        }
    }

    private static void changeOften(Path folder) {
        ApiKeys keys = new ApiKeys(folder.resolve("keys.json"), CLOCK);
        for (int n = 0; n < CHANGES; n++) {
            var unused = keys.create("name", "one");
        }
    }

    @Test
    void a_change_takes_effect_even_when_the_file_keeps_its_time_and_size() throws IOException {
        Path file = folder.resolve("keys.json");
        ApiKeys mine = new ApiKeys(file, CLOCK);
        String revoked = mine.create("a", "one").reveal();
        ApiKeys theirs = new ApiKeys(file, CLOCK);
        assertThat(theirs.find(revoked)).isNotNull();
        FileTime time = Files.getLastModifiedTime(file);

        mine.revoke(mine.list().get(0).id());
        String other = mine.create("b", "one").reveal();
        Files.setLastModifiedTime(file, time);

        assertThat(theirs.find(revoked)).isNull();
        assertThat(theirs.find(other)).isNotNull();
    }

    @Test
    void a_server_that_is_gone_does_not_run() {
        ServerHome home = new ServerHome(folder, CLOCK);
        assertThat(home.runningServer()).isNull();

        home.announce(new RunningServer(URI.create("http://127.0.0.1:1"), Long.MAX_VALUE, CLOCK.instant()));
        assertThat(home.runningServer()).isNull();

        // in a new container the first process has the number that the server had in the last one
        long pid = ProcessHandle.current().pid();
        home.announce(new RunningServer(URI.create("http://127.0.0.1:1"), pid, Instant.EPOCH));
        assertThat(home.runningServer()).isNull();

        RunningServer alive = RunningServer.here(URI.create("http://127.0.0.1:8080"));
        home.announce(alive);
        assertThat(home.runningServer()).isEqualTo(alive);

        home.withdraw();
        assertThat(home.runningServer()).isNull();
    }

    @Test
    void a_server_that_answers_runs_though_the_clock_was_set_since_it_began() throws IOException {
        ServerHome home = new ServerHome(folder, CLOCK);
        AtomicReference<String> answer = new AtomicReference<>("{\"status\":\"up\"}");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        http.createContext("/health/live", exchange -> {
            byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
            RunningServer server =
                    new RunningServer(url, ProcessHandle.current().pid(), Instant.EPOCH);
            home.announce(server);
            // the first answer of a process takes its time, and is given two seconds
            assertThat(url.resolve("/health/live").toURL().openStream().readAllBytes())
                    .isNotEmpty();
            home.runningServer();

            assertThat(home.runningServer()).isEqualTo(server);
            answer.set("somebody else");
            assertThat(home.runningServer()).isNull();
        } finally {
            http.stop(0);
        }
        assertThat(home.runningServer()).isNull();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
