// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where a server of others has its settings, its queue and its mail while a test runs, below {@code target}; gone at the end. What
 * servers do as somebody else than root they do as {@code nobody}. Used by one thread.
 */
final class PeerFolder implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path root;

    PeerFolder(String name) throws IOException {
        Path parent = Files.createDirectories(Path.of("target", "peers").toAbsolutePath());
        this.root = Files.createTempDirectory(parent, name);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Skips the test where the program is missing, or where we may not start it. */
    static void assumeServer(String program, String source) {
        assumeThat(Path.of(program)).as(source).exists();
        assumeThat(System.getProperty("user.name"))
                .as("who may start %s", program)
                .isEqualTo("root");
    }

    Path path(String name) {
        return root.resolve(name);
    }

    /** Writes a file in which FOLDER stands for this folder. */
    Path write(String name, String text) throws IOException {
        Path file = path(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text.replace("FOLDER", root.toString()));
    }

    /** The certificate as {@code cert.pem} and its key as {@code key.pem}. */
    void write(TestTls tls) throws IOException {
        write("cert.pem", tls.certificatePem());
        Path key = write("key.pem", tls.privateKeyPem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    /** Makes a folder that belongs to this user. */
    void directory(String name, String owner) throws IOException {
        Files.createDirectories(path(name));
        give(name, owner);
    }

    void give(String name, String owner) throws IOException {
        Path path = path(name);
        Files.setOwner(
                path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner));
    }

    /** Runs a program to its end; what it has read and said is in the error when it fails. */
    void run(String... command) throws IOException {
        Process process = start(Map.of(), command);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " failed: " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command[0] + " ran", e);
        }
    }

    /** Starts a program that stays; what it says is in {@link #output}. */
    Process start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(path("output").toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Ends a program that was started, and waits for its end. */
    static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private String output() throws IOException {
        return Files.exists(path("output")) ? Files.readString(path("output"), ISO_8859_1) : "";
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until somebody listens at each of these. */
    void awaitPorts(int... ports) throws IOException {
        for (int port : ports) {
            await("port " + port + ": " + output())
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> listens(port));
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The mails in a Maildir, an octet a character, with lines ended by CRLF, which servers keep as LF. */
    List<String> maildir(String name) throws IOException {
        Path fresh = path(name).resolve("new");
        if (!Files.isDirectory(fresh)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(fresh)) {
            return files.map(PeerFolder::read)
                    .map(text -> text.replace("\n", "\r\n"))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of a file or folder as UTF-8 octets, which the platform's own encoding may not have. */
    static String octets(String name) {
        return new String(name.getBytes(UTF_8), ISO_8859_1);
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // a server on its way out still writes; the next clean build takes it
        }
    }
}
