// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.time.Duration;

/**
 * What a {@link ScriptedSmtpServer} does at a {@link Stage} in place of its usual reply. Immutable.
 *
 * <pre>{@code
 * server.once(Stage.MAIL_FROM, Reaction.reply("451 4.3.0 later"));
 * server.always(Stage.FINAL_REPLY, Reaction.drop());
 * }</pre>
 */
public final class Reaction {
    /** One way of reacting; {@code usual} is the reply that is replaced, with its line ends. */
    interface Act {
        void play(ServerWire wire, String usual) throws IOException;
    }

    private final boolean takesEffect;
    private final boolean refuses;
    private final Act act;

    private Reaction(boolean takesEffect, Act act) {
        this(takesEffect, false, act);
    }

    private Reaction(boolean takesEffect, boolean refuses, Act act) {
        this.takesEffect = takesEffect;
        this.refuses = refuses;
        this.act = act;
    }

    /** These lines, complete with codes; a positive code lets the command take effect. */
    public static Reaction reply(String... lines) {
        String text = String.join("\r\n", lines) + "\r\n";
        return new Reaction(isPositive(text), isNegative(text), (wire, usual) -> wire.write(text));
    }

    /** This line, and the connection is closed. */
    public static Reaction replyAndDrop(String line) {
        return reply(line).then(ServerWire::drop);
    }

    /** The connection is closed without a word. */
    public static Reaction drop() {
        return new Reaction(false, (wire, usual) -> wire.drop());
    }

    /** Silence; nothing is read either, until the client or the server is closed. */
    public static Reaction stall() {
        return new Reaction(false, (wire, usual) -> wire.stall());
    }

    /** This line and then silence. */
    public static Reaction replyAndStall(String line) {
        return reply(line).then(ServerWire::stall);
    }

    /** The usual reply, one octet per interval. */
    public static Reaction drip(Duration interval) {
        return new Reaction(true, (wire, usual) -> wire.drip(usual, interval));
    }

    /** The usual reply, and these lines that nobody asked for in the same packet. */
    public static Reaction withExtra(String... lines) {
        String text = String.join("\r\n", lines) + "\r\n";
        return new Reaction(true, (wire, usual) -> wire.write(usual + text));
    }

    /** These octets (Latin-1) and nothing else: no line end is added, the connection stays open. */
    public static Reaction raw(String octets) {
        return new Reaction(false, (wire, usual) -> wire.write(octets));
    }

    /** These octets (Latin-1), and the connection is closed: a reply cut in the middle. */
    public static Reaction rawAndDrop(String octets) {
        return raw(octets).then(ServerWire::drop);
    }

    /** One line of this many octets. */
    public static Reaction longLine(int octets) {
        return raw("250 " + "x".repeat(octets - 6) + "\r\n");
    }

    /** Continuation lines without end. */
    public static Reaction endless() {
        return new Reaction(false, (wire, usual) -> {
            while (true) {
                wire.write("250-and more\r\n");
            }
        });
    }

    void play(ServerWire wire, String usual) throws IOException {
        act.play(wire, usual);
    }

    /** True when the server goes on as if it had given its usual reply. */
    boolean takesEffect() {
        return takesEffect;
    }

    /** True when the client is told clearly that its command failed. */
    boolean refuses() {
        return refuses;
    }

    private interface Step {
        void play(ServerWire wire) throws IOException;
    }

    private Reaction then(Step next) {
        return new Reaction(takesEffect, refuses, (wire, usual) -> {
            act.play(wire, usual);
            next.play(wire);
        });
    }

    static boolean isPositive(String reply) {
        return reply.startsWith("2") || reply.startsWith("3");
    }

    private static boolean isNegative(String reply) {
        return reply.startsWith("4") || reply.startsWith("5");
    }
}
