// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a fixed rate over connections that are kept, whatever the answers take: each has a time at which it is due, and what it took
 * counts from there. Where more answers are outstanding than there are connections, requests are late, and that counts too.
 */
final class PacedRequests {
    private final int port;
    private final List<String> paths;
    private final double perSecond;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final long[] took;
    private volatile long start;

    /**
     * Makes them.
     *
     * @param paths asked for in turns
     */
    PacedRequests(int port, List<String> paths, double perSecond, int requests) {
        this.port = port;
        this.paths = List.copyOf(paths);
        this.perSecond = perSecond;
        this.took = new long[requests];
    }

    /** Sends all of them; returns the nanoseconds from the time each was due to its answer, in order. */
    long[] run(int connections) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                sockets.add(socket);
                threads.add(new Thread(() -> work(socket), "paced-" + i));
            }
            start = System.nanoTime() + 100_000_000;
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("a request failed", failed);
        }
        return took;
    }

    /** From the time at which the first was due to the last answer. */
    static double seconds(long[] took, double perSecond) {
        double last = 0;
        for (int i = 0; i < took.length; i++) {
            last = Math.max(last, i / perSecond + took[i] / 1e9);
        }
        return last;
    }

    private void work(Socket socket) {
        try {
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream(), 2_048);
            for (int i = next.getAndIncrement(); i < took.length && failure.get() == null; i = next.getAndIncrement()) {
                long due = start + (long) (i * 1e9 / perSecond);
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                String request = "GET " + paths.get(i % paths.size())
                        + " HTTP/1.1\r\nHost: bench\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n";
                out.write(request.getBytes(StandardCharsets.US_ASCII));
                read(in);
                took[i] = System.nanoTime() - due;
            }
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** One answer, which must be 200 and tell its length. */
    private static void read(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        String status = "";
        int length = -1;
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("the connection ended");
            }
            if (c != '\n') {
                line.append((char) c);
                continue;
            }
            String text = line.toString().strip();
            line.setLength(0);
            if (text.isEmpty()) {
                break;
            }
            status = status.isEmpty() ? text : status;
            if (text.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(text.substring(15).strip());
            }
        }
        if (!status.startsWith("HTTP/1.1 200") || length < 0) {
            throw new IOException("the answer is " + status + ", length " + length);
        }
        in.skipNBytes(length);
    }
}
