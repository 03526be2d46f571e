// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerHomeTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-08-05T11:52:01Z"));

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

        RunningServer alive = new RunningServer(
                URI.create("http://127.0.0.1:8080"), ProcessHandle.current().pid(), CLOCK.instant());
        home.announce(alive);
        assertThat(home.runningServer()).isEqualTo(alive);

        home.withdraw();
        assertThat(home.runningServer()).isNull();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
