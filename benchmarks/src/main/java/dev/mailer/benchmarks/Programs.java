// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts other programs. Their ids are also kept in the file {@code pids}, so that {@code benchmarks/run} can end what a crash leaves. */
final class Programs {
    private Programs() {}

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** The command, as this user when we are root. */
    static List<String> as(String user, List<String> command) {
        if (!isRoot()) {
            return command;
        }
        String group = user.equals("nobody") ? "nogroup" : user;
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--init-groups"));
        all.addAll(command);
        return all;
    }

    static Process start(Session session, List<String> command, File output) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(session.scratch().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        remember(session, process.pid());
        return process;
    }

    static void remember(Session session, long pid) throws IOException {
        Files.writeString(
                session.scratch().resolve("pids"), pid + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Runs a command to its end and returns what it printed. */
    static String call(Path folder, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command.get(0) + " ended with " + process.exitValue() + ": " + output.strip());
        }
        return output;
    }

    /** Sends a signal and waits; after ten seconds by force. */
    static void end(Process process, String signal) throws IOException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static void awaitPort(int port, Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 300);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw new IOException(
                            "nothing listens on " + port + (Files.exists(log) ? ": " + Files.readString(log) : ""), e);
                }
                Thread.sleep(50);
            }
        }
    }
}
