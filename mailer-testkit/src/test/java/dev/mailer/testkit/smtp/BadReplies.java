// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** What stands in place of a reply, by name. */
final class BadReplies {
    private BadReplies() {}

    /** Each name begins with the reason of the failure that it is for the client, before a slash. */
    static Map<String, Reaction> silences() {
        Map<String, Reaction> faults = new LinkedHashMap<>();
        faults.put("connection-lost/drop", Reaction.drop());
        faults.put("connection-lost/cut", Reaction.rawAndDrop("25"));
        faults.put("connection-lost/cut multi-line", Reaction.rawAndDrop("250-2.0.0 well\r\n"));
        faults.put("protocol-error/no code", Reaction.raw("hello there\r\n"));
        faults.put("protocol-error/two digits", Reaction.raw("25 ok\r\n"));
        faults.put("protocol-error/four digits", Reaction.raw("2500 ok\r\n"));
        faults.put("protocol-error/999", Reaction.raw("999 ok\r\n"));
        faults.put("protocol-error/mixed codes", Reaction.raw("250-a\r\n251 b\r\n"));
        faults.put("protocol-error/bare LF", Reaction.raw("250 ok\n250 ok\n"));
        faults.put("protocol-error/NUL", Reaction.raw("250 o\0k\r\n"));
        faults.put("protocol-error/long line", Reaction.longLine(1 << 20));
        faults.put("protocol-error/endless", Reaction.endless());
        return faults;
    }

    /** Given how long a step may take, what takes longer. */
    static Map<String, Function<Duration, Reaction>> delays() {
        Map<String, Function<Duration, Reaction>> delays = new LinkedHashMap<>();
        delays.put("stall", step -> Reaction.stall());
        delays.put("drip", step -> Reaction.drip(step.dividedBy(4)));
        return delays;
    }

    /** The reason in the name of a silence. */
    static String reason(String name) {
        return name.substring(0, name.indexOf('/'));
    }
}
