// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.EventType;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.EventFilter;
import dev.mailer.api.spi.EventStore;
import dev.mailer.core.MailerEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The events of the caller's tenant in order of their positions, apart from HTTP. A caller that waits holds a thread and no connection to the
 * database. Thread-safe.
 */
public final class FeedApi implements AutoCloseable {
    /** Longest wait for an event within one request. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private static final long LOOK_AGAIN_MILLIS = 200;
    /** Events looked at in one read. */
    private static final int LOOKED_AT = 500;
    /** Reads of one request: a caller that wants few of many events gets an empty page, and goes on behind it. */
    private static final int MOST_READS = 20;

    private final MailerEngine engine;
    private final WaitingPlaces waiting = new WaitingPlaces(32, 8);
    private final CountDownLatch closed = new CountDownLatch(1);

    public FeedApi(MailerEngine engine) {
        this.engine = engine;
    }

    /** A part of the feed; {@code next} is the {@code after} of what follows, also when nothing does yet. */
    public record Feed(String object, boolean hasMore, String next, List<EventView> data) {}

    /** Waits at most so long for the first event that is wanted; not at all where too many wait. */
    public Feed read(String tenant, Map<String, String> query) {
        EventFilter filter = new EventFilter(tenant, types(query), names(query, "streams"));
        Integer limit = ListQuery.limit(query);
        int most = limit == null ? MessageQuery.MAX_LIMIT : limit;
        long deadline = System.nanoTime() + wait(query).toNanos();
        Feed feed = read(filter, after(query), most);
        if (isAll(feed) && System.nanoTime() - deadline < 0 && waiting.enter(tenant)) {
            try {
                while (isAll(feed)
                        && System.nanoTime() - deadline < 0
                        && !closed.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    feed = read(filter, Long.parseLong(feed.next), most);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                waiting.leave(tenant);
            }
        }
        return feed;
    }

    private static boolean isAll(Feed feed) {
        return feed.data.isEmpty() && !feed.hasMore;
    }

    private Feed read(EventFilter filter, long after, int most) {
        List<EventView> found = new ArrayList<>();
        long position = after;
        boolean more = true;
        for (int reads = 0; more && reads < MOST_READS && found.size() < most; reads++) {
            EventStore.Part part = engine.events().read(filter, position, LOOKED_AT);
            position = part.position();
            more = part.more();
            for (EventStore.Positioned e : part.events()) {
                if (found.size() == most) {
                    more = true;
                    break;
                }
                found.add(EventView.of(e.event()));
                position = found.size() == most ? e.position() : position;
            }
        }
        return new Feed("list", more, String.valueOf(position), found);
    }

    private static long after(Map<String, String> query) {
        String after = ListQuery.get(query, "after");
        if (after == null) {
            return 0;
        }
        if (!after.matches("\\d{1,18}")) {
            throw ApiException.parameter("after", "must be the `next` of an earlier page.");
        }
        return Long.parseLong(after);
    }

    private static Duration wait(Map<String, String> query) {
        String wait = query.getOrDefault("wait", "0");
        int seconds = wait.matches("\\d{1,3}") ? Integer.parseInt(wait) : -1;
        if (seconds < 0 || seconds > MAX_WAIT.toSeconds()) {
            throw ApiException.parameter(
                    "wait", "must be a whole number of seconds from 0 to " + MAX_WAIT.toSeconds() + ".");
        }
        return Duration.ofSeconds(seconds);
    }

    private static Set<EventType> types(Map<String, String> query) {
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        for (String name : names(query, "types")) {
            types.add(type(name));
        }
        return types;
    }

    private static EventType type(String name) {
        for (EventType type : EventType.values()) {
            if (EmailView.word(type).equals(name)) {
                return type;
            }
        }
        throw ApiException.parameter(
                "types",
                "must be some of "
                        + Arrays.stream(EventType.values()).map(EmailView::word).collect(Collectors.joining(", "))
                        + ", with commas between them.");
    }

    private static Set<String> names(Map<String, String> query, String parameter) {
        @Nullable String names = ListQuery.get(query, parameter);
        return names == null
                ? Set.of()
                : Arrays.stream(names.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet());
    }

    /** Nobody waits any longer. */
    @Override
    public void close() {
        closed.countDown();
    }
}
