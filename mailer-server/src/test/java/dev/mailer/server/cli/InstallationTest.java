// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.Secret;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.server.home.ServerHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    @TempDir
    private Path folder;

    private Settings settings(int port) {
        return SettingsReader.read(
                null, Map.of(), Map.of("data", folder.toString(), "server.port", String.valueOf(port)));
    }

    private static String greeting(Installation installation) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        installation.greet(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void an_address_of_another_machine_is_told_from_a_port_that_is_taken() {
        Settings elsewhere = SettingsReader.read(
                null, Map.of(), Map.of("data", folder.toString(), "server.port", "0", "server.host", "192.0.2.1"));

        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> Installation.start(elsewhere, InstantSource.system()))
                .withMessage(
                        "server.host: '192.0.2.1' is no address of this machine; expected one of its own, or 0.0.0.0"
                                + " for all")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCodes.USAGE));
    }

    @Test
    void a_start_that_finds_the_port_taken_leaves_the_first_key_to_the_next() throws IOException {
        try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(CommandException.class)
                    .isThrownBy(() -> Installation.start(settings(occupied.getLocalPort()), InstantSource.system()))
                    .withMessageContaining("cannot listen on 127.0.0.1 port " + occupied.getLocalPort())
                    .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCodes.UNAVAILABLE));
        }

        try (Installation installation = Installation.start(settings(0), InstantSource.system())) {
            Secret key = installation.firstKey();

            assertThat(greeting(installation)).contains(key.reveal()).contains("(shown this once)");
            assertThat(new ServerHome(folder, InstantSource.system()).apiKeys().find(key.reveal()))
                    .isNotNull();
        }
        try (Installation later = Installation.start(settings(0), InstantSource.system())) {
            assertThat(greeting(later)).contains("as at the first start");
        }
    }
}
