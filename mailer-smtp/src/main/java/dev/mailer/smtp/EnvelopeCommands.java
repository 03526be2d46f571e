// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands before the content of one mail: MAIL, a RCPT for each recipient, and DATA unless the content comes in chunks. Where the server takes PIPELINING they leave in
 * flights, elsewhere one at a time (RFC 2920 §3.1: DATA only as the last of a flight); each reply is read in its turn, so that
 * there are as many as commands. Used once, by one thread.
 */
final class EnvelopeCommands {
    /** Most commands in one flight: their replies fit what TCP holds, so that neither side waits for the other to read. */
    static final int MOST_IN_FLIGHT = 100;

    /** What may leave with another mail's final dot: a server that is slow to read must not keep that from being known to have arrived. */
    private static final int MAX_SHORT = 4 * 1024;

    private final SmtpSession session;
    private final SmtpConnection connection;
    private final List<String> commands;
    private final Transcript transcript;
    private final int flight;
    private int said;
    private int answered;
    /** Where the flight begins that was said last. */
    private int flightStart;

    /** @param commands MAIL and a RCPT for each recipient */
    EnvelopeCommands(SmtpSession session, List<String> commands, Transcript transcript) {
        this.transcript = transcript;
        this.session = session;
        this.connection = session.connection();
        this.flight = session.mayPipeline() ? MOST_IN_FLIGHT : 1;
        this.commands = new ArrayList<>(commands);
        if (!session.mayChunk()) {
            this.commands.add("DATA");
        }
    }

    /** True when all of it is short enough to leave with another mail's final dot. */
    boolean isShort() {
        return commands.size() <= flight
                && commands.stream().mapToInt(c -> 3 * c.length()).sum() <= MAX_SHORT;
    }

    /** Says the first flight behind what is being said, which leaves with it. */
    void follow() throws WireException {
        sayFlight();
    }

    /** The reply to the next command, which is said now if it was not. */
    Reply next() throws WireException {
        try {
            if (answered == said) {
                connection.requireSilence();
                sayFlight();
                connection.flush();
            }
            Reply reply = connection.reply();
            transcript.heard(commands.get(answered), reply);
            answered++;
            return reply;
        } catch (WireException e) {
            throw noted(e);
        }
    }

    /** Fails when there was a reply too many. */
    void requireSilence() throws WireException {
        try {
            connection.requireSilence();
        } catch (WireException e) {
            throw noted(e);
        }
    }

    /**
     * Notes that replies and commands are out of step. Where several commands left together and the server has begun to answer them, it may do
     * better with one at a time from now on.
     */
    void lostCount() {
        if (said - flightStart > 1 && answered > flightStart) {
            session.distrustPipelining();
        }
    }

    /** A server that is gone has not lost count. */
    private WireException noted(WireException e) {
        if (!e.reason().equals(WireException.LOST)) {
            lostCount();
        }
        return e;
    }

    /** True when the next command has left, so that its reply has to be read. */
    boolean isNextSaid() {
        return answered < said;
    }

    /** Leaves out the next command, which was not said. */
    void skip() {
        said++;
        answered++;
        flightStart = said;
    }

    private void sayFlight() throws WireException {
        flightStart = said;
        int end = Math.min(commands.size(), said + flight);
        while (said < end) {
            connection.say(commands.get(said++));
        }
    }
}
