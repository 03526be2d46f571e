// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The content on its way to the wire, in one pass: behind DATA dots at the beginning of lines doubled (RFC 5321 §4.5.2), and a
 * bare CR or LF made a CRLF, since receivers that take them for line ends could be shown a second mail (RFC 5321 §2.3.8).
 */
final class BodyOutput extends OutputStream {
    private final OctetSink wire;
    private final boolean stuffed;
    private byte last = '\n';
    /** Octets written since the server was asked for an early answer, which is done for each block. */
    private int sinceAsked;

    private boolean answered;
    private @Nullable WireException failure;

    /** @param stuffed a dot ends the content, so others are told from it */
    BodyOutput(OctetSink wire, boolean stuffed) {
        this.wire = wire;
        this.stuffed = stuffed;
    }

    @Override
    public void write(int octet) throws WireException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int count) throws WireException {
        Objects.checkFromIndexSize(offset, count, octets.length);
        if (failure != null) {
            throw failure;
        }
        try {
            int end = offset + count;
            for (int from = offset; from < end; ) {
                int part = Math.min(end - from, Wire.BLOCK - sinceAsked);
                stuff(octets, from, from + part);
                from += part;
                sinceAsked += part;
                if (sinceAsked == Wire.BLOCK) {
                    requireSilence();
                }
            }
        } catch (WireException e) {
            failure = e;
            throw e;
        }
    }

    /** Ends the last line. */
    void finish() throws WireException {
        if (last == '\r') {
            wire.put((byte) '\n');
        } else if (last != '\n') {
            wire.put((byte) '\r');
            wire.put((byte) '\n');
        }
        last = '\n';
    }

    /** What went wrong with the connection, even where the writer of the content kept it to itself. */
    @Nullable
    WireException failure() {
        return failure;
    }

    /** True when the server has answered amid the content, which then went no further. */
    boolean isAnswered() {
        return answered;
    }

    private void requireSilence() throws WireException {
        sinceAsked = 0;
        answered = wire.isAnswered();
        if (answered) {
            throw WireException.protocol("the server answered before the content was complete");
        }
    }

    private void stuff(byte[] octets, int from, int to) throws WireException {
        int start = from;
        byte previous = last;
        for (int i = from; i < to; ) {
            byte c = octets[i];
            boolean insertCr = c == '\n' && previous != '\r';
            boolean insertLf = c != '\n' && previous == '\r';
            boolean doubled = stuffed && c == '.' && (previous == '\n' || insertLf);
            if (insertCr || insertLf || doubled) {
                wire.put(octets, start, i - start);
                start = i;
                if (insertCr || insertLf) {
                    wire.put(insertCr ? (byte) '\r' : (byte) '\n');
                }
                if (doubled) {
                    wire.put((byte) '.');
                }
            }
            // within a line only its end matters
            i = c == '\r' || c == '\n' ? i + 1 : LineEnds.next(octets, i + 1, to);
            previous = octets[i - 1];
        }
        wire.put(octets, start, to - start);
        last = previous;
    }
}
