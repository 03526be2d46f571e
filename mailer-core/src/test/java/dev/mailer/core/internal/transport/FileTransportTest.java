// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mailer.api.Address;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTransportTest {
    @TempDir
    Path temp;

    /** The real disk, with a note of each step, one of which may fail. */
    private class WatchedDisk implements Disk {
        final List<String> steps = new ArrayList<>();
        String failAt = "";

        @Override
        public void createDirectories(Path directory) throws IOException {
            step("create directory " + directory.getFileName());
            SYSTEM.createDirectories(directory);
        }

        @Override
        public FileChannel create(Path file) throws IOException {
            step("create in " + file.getParent().getFileName());
            return SYSTEM.create(file);
        }

        @Override
        public void sync(FileChannel file) throws IOException {
            step("sync file of " + file.size() + " bytes, " + count("tmp") + " in tmp, " + count("new") + " in new");
            SYSTEM.sync(file);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            step("move to " + to.getParent().getFileName());
            assertThat(from.getFileName()).isEqualTo(to.getFileName());
            SYSTEM.move(from, to);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            step("sync " + directory.getFileName() + " with " + count("new") + " in new");
            SYSTEM.syncDirectory(directory);
        }

        @Override
        public void deleteIfExists(Path file) throws IOException {
            step("delete");
            SYSTEM.deleteIfExists(file);
        }

        private void step(String step) throws IOException {
            steps.add(step);
            if (!failAt.isEmpty() && step.startsWith(failAt)) {
                throw new IOException("No space left on device");
            }
        }
    }

    private final WatchedDisk disk = new WatchedDisk();

    private Path maildir() {
        return temp.resolve("box");
    }

    private RecordingSink send(Submission mail) {
        RecordingSink sink = new RecordingSink();
        new FileTransport(maildir(), Submissions.context(), disk).send(List.of(mail), sink);
        return sink;
    }

    private List<Path> files(String part) {
        Path directory = maildir().resolve(part);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int count(String part) {
        return files(part).size();
    }

    @Test
    void stores_the_mail_with_its_envelope_in_front_and_lf_as_line_end() throws IOException {
        RecordingSink sink = send(Submissions.to(1));

        Path file = files("new").get(0);
        assertThat(Files.readString(file))
                .isEqualTo("Return-Path: <shop@example.com>\nDelivered-To: 1@example.org\n"
                        + Submissions.MIME.replace("\r\n", "\n"));
        assertThat(sink.of(1).reply()).isEqualTo("stored as " + file.getFileName());
        assertThat(count("tmp")).isZero();
        assertThat(count("cur")).isZero();
    }

    @Test
    void writes_bytes_as_they_are_but_for_line_ends() throws IOException {
        byte[] odd = "a\rb\r\r\nc\n\r\n\u00ff\0\r".getBytes(StandardCharsets.ISO_8859_1);
        byte[] large = new byte[40_000];
        Arrays.fill(large, (byte) 'x');

        send(Submissions.to(1).sender(null).body(out -> {
            out.write(large);
            out.write(odd);
        }));

        assertThat(Files.readString(files("new").get(0), StandardCharsets.ISO_8859_1))
                .isEqualTo("Return-Path: <>\nDelivered-To: 1@example.org\n" + "x".repeat(40_000)
                        + "a\rb\r\nc\n\n\u00ff\0\r");
    }

    @Test
    void writes_international_addresses_in_utf_8() throws IOException {
        Submission mail = Submissions.of(
                Submissions.to(1).messageId(), List.of(new Recipient(1, Address.of("jürgen@example.org"), 1)));

        send(mail);

        assertThat(Files.readString(files("new").get(0))).contains("Delivered-To: jürgen@example.org\n");
    }

    @Test
    void only_the_owner_may_look() throws IOException {
        send(Submissions.to(1));

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(files("new").get(0))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(maildir().resolve("new"))))
                .isEqualTo("rwx------");
    }

    @Test
    void names_begin_with_the_second_and_end_with_the_host_without_separators() {
        send(Submissions.to(1));

        assertThat(files("new").get(0).getFileName().toString())
                .matches("1788577445\\.M678901P\\d+Q\\d+R[0-9a-f]+\\.mail\\\\057er\\\\0721\\.example");
    }

    @Test
    void gives_each_recipient_a_file() throws IOException {
        RecordingSink sink = send(Submissions.to(1, 2));

        assertThat(sink.asked()).containsExactly(List.of(1L, 2L));
        assertThat(sink.outcomes().values()).extracting(Outcome::kind).containsOnly(Outcome.Kind.ACCEPTED);
        List<String> contents = new ArrayList<>();
        for (Path file : files("new")) {
            contents.add(Files.readString(file));
        }
        assertThat(contents).hasSize(2);
        assertThat(String.join("", contents)).contains("Delivered-To: 1@", "Delivered-To: 2@");
    }

    @Test
    void syncs_the_file_before_it_asks_and_moves_and_the_directory_before_it_reports() {
        send(Submissions.to(1));
        disk.steps.clear();
        RecordingSink sink = new RecordingSink().onAsk(() -> disk.steps.add("ask"));

        new FileTransport(maildir(), Submissions.context(), disk).send(List.of(Submissions.to(1)), sink);

        int size = ("Return-Path: <shop@example.com>\nDelivered-To: 1@example.org\n" + Submissions.MIME).length() - 4;
        assertThat(disk.steps)
                .containsExactly(
                        "create in tmp",
                        "sync file of " + size + " bytes, 1 in tmp, 1 in new",
                        "ask",
                        "move to new",
                        "sync new with 2 in new");
    }

    @Test
    void makes_missing_directories_and_syncs_what_holds_them() {
        Path deep = temp.resolve("x/y");

        new FileTransport(deep, Submissions.context(), disk).send(List.of(Submissions.to(1)), new RecordingSink());

        assertThat(disk.steps.subList(0, 6))
                .containsExactly(
                        "create directory tmp",
                        "create directory new",
                        "create directory cur",
                        "sync y with 0 in new",
                        "sync x with 0 in new",
                        "sync " + temp.getFileName() + " with 0 in new");
    }

    @Test
    void leaves_nothing_behind_without_leave() {
        RecordingSink sink = new RecordingSink().refusing();

        new FileTransport(maildir(), Submissions.context(), disk).send(List.of(Submissions.to(1, 2)), sink);

        assertThat(sink.outcomes()).isEmpty();
        assertThat(count("tmp")).isZero();
        assertThat(count("new")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"create directory", "create in", "sync file", "move"})
    void a_failing_disk_defers_for_the_transport_and_leaves_nothing_behind(String step) {
        disk.failAt = step;

        RecordingSink sink = send(Submissions.to(1));

        assertThat(sink.of(1))
                .hasToString("DEFERRED (TRANSPORT): file-failure at DATA: IOException: No space left on device");
        assertThat(count("tmp")).isZero();
        assertThat(count("new")).isZero();
    }

    @Test
    void a_disk_that_is_full_while_the_mail_is_written_defers_for_the_transport() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        Disk device = new WatchedDisk() {
            @Override
            public FileChannel create(Path file) throws IOException {
                Files.createFile(file);
                return FileChannel.open(full, StandardOpenOption.WRITE);
            }
        };
        RecordingSink sink = new RecordingSink();

        new FileTransport(maildir(), Submissions.context(), device)
                .send(List.of(Submissions.to(1).body(out -> out.write(new byte[100_000]))), sink);

        assertThat(sink.of(1).toString()).startsWith("DEFERRED (TRANSPORT): file-failure at DATA: IOException: ");
        assertThat(count("tmp")).isZero();
    }

    @Test
    void a_move_that_may_not_last_is_ambiguous() {
        disk.failAt = "sync new";

        RecordingSink sink = send(Submissions.to(1));

        assertThat(sink.of(1))
                .hasToString(
                        "AMBIGUOUS (MESSAGE): not-synced at FINAL_REPLY: the file is in the maildir, but could not be"
                                + " made to last: IOException: No space left on device");
        assertThat(count("new")).isEqualTo(1);
    }

    @Test
    void a_mail_that_cannot_be_read_is_deferred_for_itself_and_leaves_nothing_behind() {
        RecordingSink sink = send(Submissions.to(1).body(out -> {
            out.write(new byte[50_000]);
            throw new IOException("the content is gone");
        }));

        assertThat(sink.of(1))
                .hasToString("DEFERRED (MESSAGE): message-unreadable at DATA: IOException: the content is gone");
        assertThat(count("tmp")).isZero();
    }

    @Test
    void a_mail_whose_store_is_down_is_deferred_for_itself() {
        RecordingSink sink = send(Submissions.to(1).body(out -> {
            throw new MailerUnavailableException("the store is down", Duration.ofSeconds(1), null);
        }));

        assertThat(sink.of(1))
                .hasToString("DEFERRED (MESSAGE): message-unreadable at DATA: MailerUnavailableException: the store is"
                        + " down");
        assertThat(count("tmp")).isZero();
    }

    @Test
    void an_exception_out_of_the_mail_leaves_nothing_behind() {
        RecordingSink sink = new RecordingSink();

        assertThatThrownBy(() -> new FileTransport(maildir(), Submissions.context(), disk)
                        .send(
                                List.of(Submissions.to(1).body(out -> {
                                    throw new IllegalStateException("broken");
                                })),
                                sink))
                .hasMessage("broken");

        assertThat(sink.asked()).isEmpty();
        assertThat(count("tmp")).isZero();
    }

    @Test
    void a_path_that_is_a_file_defers_for_the_transport() throws IOException {
        Files.createFile(maildir());

        RecordingSink sink = send(Submissions.to(1));

        assertThat(sink.of(1).kind()).isEqualTo(Outcome.Kind.DEFERRED);
        assertThat(sink.of(1).scope()).isEqualTo(Outcome.Scope.TRANSPORT);
    }

    @Test
    void a_hostile_recipient_has_no_say_in_the_path() {
        Submission mail = Submissions.of(
                Submissions.to(1).messageId(), List.of(new Recipient(1, Address.of("\"../../../up\"@example.org"), 1)));

        send(mail);

        assertThat(count("new")).isEqualTo(1);
        assertThat(temp.toFile().list()).containsExactly("box");
    }

    @Test
    void many_threads_never_share_a_name() throws Exception {
        FileTransport transport = new FileTransport(maildir(), Submissions.context());

        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(t -> CompletableFuture.runAsync(() -> IntStream.range(0, 25)
                                .forEach(i -> transport.send(
                                        List.of(Submissions.to(1L + t * 25L + i)), new RecordingSink()))))
                        .toArray(CompletableFuture[]::new))
                .get();

        assertThat(count("new")).isEqualTo(200);
    }
}
