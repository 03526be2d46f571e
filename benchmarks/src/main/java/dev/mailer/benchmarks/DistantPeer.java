// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Makes a port on this machine one that is far away: every octet arrives so much later, in each direction. */
final class DistantPeer implements AutoCloseable {
    private record Chunk(long due, byte[] octets) {}

    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final int target;
    private final long nanos;

    /** @param oneWayMillis half of a round trip */
    DistantPeer(int target, int oneWayMillis) throws IOException {
        this.target = target;
        this.nanos = TimeUnit.MILLISECONDS.toNanos(oneWayMillis);
        daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listener.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                for (Socket socket : List.of(near, far)) {
                    socket.setTcpNoDelay(true);
                    sockets.add(socket);
                }
                carry(near, far);
                carry(far, near);
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void carry(Socket from, Socket to) {
        BlockingQueue<Chunk> under = new LinkedBlockingQueue<>();
        daemon(() -> {
            try {
                InputStream in = from.getInputStream();
                byte[] buffer = new byte[64 * 1024];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    under.add(new Chunk(System.nanoTime() + nanos, Arrays.copyOf(buffer, n)));
                }
            } catch (IOException e) {
                // the end
            }
            under.add(new Chunk(System.nanoTime() + nanos, new byte[0]));
        });
        daemon(() -> {
            try (to) {
                OutputStream out = to.getOutputStream();
                for (Chunk chunk = under.take(); chunk.octets.length > 0; chunk = under.take()) {
                    long wait = chunk.due - System.nanoTime();
                    if (wait > 0) {
                        TimeUnit.NANOSECONDS.sleep(wait);
                    }
                    out.write(chunk.octets);
                }
            } catch (IOException | InterruptedException e) {
                // the end
            }
        });
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "distant-peer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
