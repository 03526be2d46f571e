// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MailerUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * One SQLite file for one process: a lock file beside it keeps others out. Write-ahead log with a full sync at each commit; one
 * writing connection, whose statements stay prepared, and a few reading ones, whose reads are short so that checkpoints are
 * never held up.
 */
final class SqliteDatabase implements Database {
    /** Reading connections. */
    private static final int READERS = 4;

    /** How every database file begins. */
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private static final int PAGE_SIZE = 8192;
    private static final int CACHE_KIB = 16_384;
    private static final int VACUUM_PAGES = 2_000;
    private static final Duration BUSY = Duration.ofSeconds(5);

    private final FileChannel lockFile;
    private final FileLock lock;
    private final Statements writer;
    private final Statement transaction;
    private final ReentrantLock writing = new ReentrantLock();
    private final BlockingQueue<Statements> readers = new ArrayBlockingQueue<>(READERS);

    @GuardedBy("writing")
    private boolean closed;

    private SqliteDatabase(FileChannel lockFile, FileLock lock, Path file) throws SQLException {
        this.lockFile = lockFile;
        this.lock = lock;
        Connection connection = connect(file);
        this.writer = new Statements(connection);
        this.transaction = connection.createStatement();
        for (int i = 0; i < READERS; i++) {
            readers.add(new Statements(connect(file)));
        }
    }

    /** @param migrate brings the schema up to date, while the lock is held and before anything is connected */
    static SqliteDatabase open(Path file, Runnable migrate) {
        FileChannel channel = null;
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Path lockPath = Path.of(file + ".lock");
            channel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new MailerConfigException(
                        "store",
                        "sqlite:" + file + " is in use by another process (its lock file is " + lockPath
                                + "); one process at a time can open it: stop the other one, talk to it over HTTP, or use PostgreSQL");
            }
            if (!Files.exists(file) || Files.size(file) == 0) {
                makePrivate(file);
                create(file);
            } else if (!isDatabase(file)) {
                throw new MailerConfigException(
                        "store",
                        "sqlite:" + file + " is not a SQLite database; move the file away or give another path");
            }
            migrate.run();
            return new SqliteDatabase(channel, lock, file);
        } catch (MailerConfigException e) {
            closeQuietly(channel, e);
            throw e;
        } catch (IOException | SQLException e) {
            closeQuietly(channel, e);
            throw new MailerConfigException("store", "sqlite:" + file + " cannot be opened: " + reason(e), e);
        }
    }

    /** The message of many file errors is a path and nothing else: then the class says what is wrong. */
    private static String reason(Exception e) {
        boolean bare = e instanceof FileSystemException file ? file.getReason() == null : e.getMessage() == null;
        return bare ? e.getClass().getSimpleName() + ": " + e.getMessage() : String.valueOf(e.getMessage());
    }

    /** The transaction is begun by hand: it takes the write lock at once, and only now. */
    @Override
    public <R extends @Nullable Object> R write(Write<R> work) throws SQLException {
        writing.lock();
        try {
            transaction.execute("begin immediate");
            try {
                R result = work.run(writer);
                transaction.execute("commit");
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(e);
                throw e;
            }
        } finally {
            writing.unlock();
        }
    }

    private void rollBack(Throwable cause) {
        try {
            transaction.execute("rollback");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public <R extends @Nullable Object> R read(Write<R> work) throws SQLException {
        Statements reader = take();
        try {
            return work.run(reader);
        } finally {
            readers.add(reader);
        }
    }

    /** Gives free pages back to the file system, a bounded number at a time. */
    @Override
    public void shrink() throws SQLException {
        writing.lock();
        try {
            // execute() would step it once, which frees one page
            transaction.executeUpdate("pragma incremental_vacuum(" + VACUUM_PAGES + ")");
        } finally {
            writing.unlock();
        }
    }

    /** The second time it does nothing: a mailer closes its store, and who has opened that may do so, too. */
    @Override
    public void close() {
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                closeAll();
            }
        } finally {
            writing.unlock();
        }
    }

    private void closeAll() {
        try {
            for (int i = 0; i < READERS; i++) {
                closeConnection(take());
            }
            transaction.close();
            closeConnection(writer);
        } catch (SQLException e) {
            throw new IllegalStateException("the database could not be closed", e);
        } finally {
            unlock();
        }
    }

    /** Whatever else failed. */
    private void unlock() {
        try (lockFile) {
            lock.release();
        } catch (IOException e) {
            throw new IllegalStateException("the lock file could not be closed", e);
        }
    }

    private Statements take() {
        try {
            Statements reader = readers.poll(BUSY.toMillis(), TimeUnit.MILLISECONDS);
            if (reader == null) {
                throw new MailerUnavailableException(
                        "all " + READERS + " reading connections have been busy for " + BUSY.toSeconds() + " s",
                        BUSY,
                        null);
            }
            return reader;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailerUnavailableException("interrupted while waiting for a reading connection", BUSY, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Mail is personal data: the file, and with it the log beside it, is its owner's alone where the file system knows owners. */
    private static void makePrivate(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix") && !Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    /** Looked at first: the migration takes a foreign file for a busy one and tries for ten seconds. */
    private static boolean isDatabase(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /**
     * Page size and vacuum mode are fixed with the first page, so they come before everything else. The driver is not looked for: beneath an
     * application server it may be registered for another class loader.
     */
    private static void create(Path file) throws SQLException {
        try (Connection connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file);
                Statement s = connection.createStatement()) {
            s.execute("pragma page_size = " + PAGE_SIZE);
            s.execute("pragma auto_vacuum = incremental");
            s.execute("pragma journal_mode = wal");
        }
    }

    private static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout((int) BUSY.toMillis());
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setCacheSize(-CACHE_KIB);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    private static void closeConnection(Statements statements) {
        try {
            statements.close();
            statements.connection().close();
        } catch (SQLException e) {
            throw new IllegalStateException("a SQLite connection could not be closed", e);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel, Exception cause) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
