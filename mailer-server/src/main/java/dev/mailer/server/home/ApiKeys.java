// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.home;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The API keys of an installation, in a file of hashes. 256 random bits need no slow hash: there is nothing to guess. A
 * change of the file by another process takes effect with the next request. Thread-safe.
 */
public final class ApiKeys {
    /** What every key begins with, so that people and scanners know one when they see it. */
    public static final String PREFIX = "mk_";

    private static final int RANDOM_BYTES = 32;
    private static final Object CHANGE = new Object();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    @GuardedBy("this")
    private List<ApiKey> keys = List.of();

    @GuardedBy("this")
    private byte[] read = new byte[0];

    public ApiKeys(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    private record Stored(List<ApiKey> keys) {}

    /** The key with this secret; null when there is none. Takes the same time wherever the secrets differ. */
    public @Nullable ApiKey find(String secret) {
        byte[] hash = sha256(secret);
        ApiKey found = null;
        for (ApiKey key : list()) {
            if (MessageDigest.isEqual(HexFormat.of().parseHex(key.sha256()), hash)) {
                found = key;
            }
        }
        return found;
    }

    /** Reads the file each time and parses it when it changed: its time of change is too coarse to trust a revocation to. */
    public synchronized List<ApiKey> list() {
        try {
            byte[] content = Files.readAllBytes(file);
            if (!Arrays.equals(content, read)) {
                keys = List.copyOf(JSON.readValue(content, Stored.class).keys());
                read = content;
            }
        } catch (NoSuchFileException e) {
            keys = List.of();
            read = new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("the API keys cannot be read from " + file, e);
        } catch (JacksonException e) {
            throw new IllegalStateException(
                    "the API keys in " + file + " are not readable: " + e.getOriginalMessage(), e);
        }
        return keys;
    }

    /** Makes a key; the secret is shown once and cannot be had again. */
    public Secret create(String name, String tenant) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String hash = HexFormat.of().formatHex(sha256(secret));
        ApiKey key = new ApiKey(UUID.randomUUID().toString(), name, hash, tenant, clock.instant());
        change(all -> all.add(key));
        return Secret.of(secret);
    }

    /** Ends a key; false when there is none with this id. */
    public boolean revoke(String id) {
        boolean known = list().stream().anyMatch(k -> k.id().equals(id));
        if (known) {
            change(all -> all.removeIf(k -> k.id().equals(id)));
        }
        return known;
    }

    /** A lock of the file system keeps other processes from a change in between, and the monitor other objects of this one. */
    private void change(Consumer<List<ApiKey>> change) {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        synchronized (CHANGE) {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                requireNonNull(held);
                changeLocked(change);
            } catch (IOException e) {
                throw new UncheckedIOException("the API keys cannot be locked by " + lock, e);
            }
        }
    }

    private synchronized void changeLocked(Consumer<List<ApiKey>> change) {
        List<ApiKey> all = new ArrayList<>(list());
        change.accept(all);
        try {
            PrivateFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(new Stored(all)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the API keys cannot be written to " + file, e);
        }
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
