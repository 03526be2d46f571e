// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.util.List;
import java.util.Objects;

/** Brings events to a listener one by one, and behind an exception goes on with the one that it was about. */
final class ListenerSink implements EventSink {
    private final String name;
    private final MailListener listener;
    private final Start start;
    /** How far it came, also where that could not be stored. One thread at a time feeds a sink. */
    private volatile long done;

    ListenerSink(String name, MailListener listener, Start start) {
        this.name = Objects.requireNonNull(name, "name");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.start = Objects.requireNonNull(start, "start");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Start start() {
        return start;
    }

    @Override
    public void accept(List<EventStore.Positioned> events) {
        for (EventStore.Positioned e : events) {
            if (e.position() > done) {
                listener.onEvent(e.event());
                done = e.position();
            }
        }
    }

    @Override
    public String toString() {
        return "EventSink[" + name + "]";
    }
}
