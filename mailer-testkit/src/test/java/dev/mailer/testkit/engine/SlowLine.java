// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The line to a database server, which can be slow, stand still and go on, or swallow what is on it for ever without closing
 * anything. On loopback; takes at most {@value #MOST} connections. Thread-safe.
 */
final class SlowLine implements AutoCloseable {
    private static final int MOST = 100;
    private static final int CHUNK = 64 * 1024;

    private final int serverPort;
    private final ServerSocket listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Call> calls = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private long delayNanos;
    private boolean still;
    private boolean closed;

    private SlowLine(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** A line to the server of this address. */
    static SlowLine to(String jdbcUrl) {
        try {
            SlowLine line = new SlowLine(parse(jdbcUrl).getPort());
            line.start("slow-line", line::listen);
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same database over this line. */
    String through(String jdbcUrl) {
        return jdbcUrl.replace(":" + parse(jdbcUrl).getPort() + "/", ":" + listener.getLocalPort() + "/");
    }

    /** What is on the line takes so long in each direction. */
    void delay(Duration each) {
        change(() -> delayNanos = each.toNanos());
    }

    /** Nothing gets through any more; connections stay open, and new ones are taken and get no answer. */
    void standStill() {
        change(() -> still = true);
    }

    /** Everything gets through again, what was held back first. */
    void goOn() {
        change(() -> still = false);
    }

    /** The connections that there are stay open and carry nothing ever again, as when the server's machine is gone; new ones do. */
    void swallow() {
        change(() -> {
            calls.forEach(c -> c.swallowed = true);
            still = false;
        });
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        change(() -> closed = true);
        quietly(listener);
        List<Thread> running;
        lock.lock();
        try {
            calls.forEach(Call::close);
            running = List.copyOf(threads);
        } finally {
            lock.unlock();
        }
        try {
            for (Thread thread : running) {
                thread.join(10_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        while (true) {
            try {
                Call call = new Call(listener.accept());
                if (!enter(call)) {
                    call.close();
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private boolean enter(Call call) {
        lock.lock();
        try {
            calls.removeIf(Call::isOver);
            threads.removeIf(t -> !t.isAlive());
            if (closed || calls.size() >= MOST) {
                return false;
            }
            calls.add(call);
            start("slow-line-there", call::connectAndCarry);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        lock.lock();
        try {
            threads.add(thread);
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while nothing gets through; false when nothing will any more. */
    private boolean pass(Call call) throws InterruptedException {
        lock.lock();
        try {
            long arrival = System.nanoTime() + delayNanos;
            while (!closed) {
                long left = arrival - System.nanoTime();
                if (still || call.swallowed) {
                    changed.await();
                } else if (left > 0) {
                    changed.awaitNanos(left);
                } else {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private static URI parse(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length()));
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // it is gone
        }
    }

    /** One connection, both ways. */
    private final class Call {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean swallowed;

        Call(Socket client) {
            this.client = client;
        }

        boolean isOver() {
            return client.isClosed();
        }

        void close() {
            quietly(client);
            quietly(server);
        }

        private void connectAndCarry() {
            try {
                if (pass(this)) {
                    server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort), 5_000);
                    client.setTcpNoDelay(true);
                    server.setTcpNoDelay(true);
                    start("slow-line-back", () -> carry(server, client));
                    carry(client, server);
                }
            } catch (IOException e) {
                // the server is gone, which the client is told
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        private void carry(Socket from, Socket to) {
            byte[] chunk = new byte[CHUNK];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(chunk); pass(this) && n >= 0; n = in.read(chunk)) {
                    out.write(chunk, 0, n);
                    out.flush();
                }
            } catch (IOException e) {
                // one side has closed, and so does the other
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }
    }
}
