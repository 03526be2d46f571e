// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks names up on threads of its own, because a look-up can neither be given a time nor be cut off: who waits for one that hangs goes on
 * after a while. A name is looked up once at a time, and where too many hang, no other is looked up. Thread-safe.
 */
final class BoundedLookups implements DnsResolver, AutoCloseable {
    private final DnsResolver addresses;
    private final Duration most;
    private final ConcurrentMap<String, FutureTask<InetAddress[]>> running = new ConcurrentHashMap<>();
    private final ExecutorService threads;

    /**
     * @param most how long one is waited for
     * @param together at a time, those that hang included
     */
    BoundedLookups(DnsResolver addresses, Duration most, int together) {
        this.addresses = addresses;
        this.most = most;
        this.threads = new ThreadPoolExecutor(0, together, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "mailer-webhooks-names");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A look-up took too long, or was not begun because too many do. */
    static final class LateLookupException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        LateLookupException(String message) {
            super(message);
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        try {
            return running.computeIfAbsent(host, this::begin).get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new LateLookupException("the look-up of a name took longer than " + most);
        } catch (RejectedExecutionException e) {
            throw new LateLookupException("too many look-ups of names hang");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(host);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IllegalStateException(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    /** It ends after it is among those that run: its end waits for this to return. */
    private FutureTask<InetAddress[]> begin(String host) {
        FutureTask<InetAddress[]> task = new FutureTask<>(() -> {
            try {
                return addresses.resolve(host);
            } finally {
                running.remove(host);
            }
        });
        threads.execute(task);
        return task;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return addresses.resolveCanonicalHostname(host);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
