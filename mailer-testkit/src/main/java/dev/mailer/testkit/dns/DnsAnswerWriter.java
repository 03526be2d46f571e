// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

import dev.mailer.api.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts answers into octets, without compression of names. */
final class DnsAnswerWriter {
    /** A record with the name that owns it. */
    record Entry(String owner, int type, long ttl, Bytes value) {}

    private static final int RESPONSE = 0x8000;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int OPT = 41;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private DnsAnswerWriter() {}

    static byte[] write(
            DnsQuestion question,
            int rcode,
            boolean authenticated,
            boolean truncated,
            List<Entry> answers,
            List<Entry> authority) {
        DnsAnswerWriter writer = new DnsAnswerWriter();
        writer.u16(question.id());
        writer.u16(RESPONSE
                | RECURSION_AVAILABLE
                | question.flags() & RECURSION_DESIRED
                | (authenticated ? DnsQuestion.AUTHENTICATED : 0)
                | (truncated ? TRUNCATED : 0)
                | rcode);
        writer.u16(1);
        writer.u16(answers.size());
        writer.u16(authority.size());
        writer.u16(question.hasEdns() ? 1 : 0);
        writer.out.writeBytes(question.encodedName().toByteArray());
        writer.u16(question.type());
        writer.u16(1);
        answers.forEach(writer::entry);
        authority.forEach(writer::entry);
        if (question.hasEdns()) {
            writer.out.write(0);
            writer.u16(OPT);
            writer.u16(1232);
            writer.u32(0);
            writer.u16(0);
        }
        return writer.out.toByteArray();
    }

    static Bytes name(String name) {
        DnsAnswerWriter writer = new DnsAnswerWriter();
        writer.putName(name);
        return writer.bytes();
    }

    static Bytes mx(int preference, String host) {
        DnsAnswerWriter writer = new DnsAnswerWriter();
        writer.u16(preference);
        writer.putName(host);
        return writer.bytes();
    }

    /** Strings of at most 255 octets each. */
    static Bytes txt(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        DnsAnswerWriter writer = new DnsAnswerWriter();
        int at = 0;
        do {
            int length = Math.min(255, octets.length - at);
            writer.out.write(length);
            writer.out.write(octets, at, length);
            at += length;
        } while (at < octets.length);
        return writer.bytes();
    }

    static Bytes tlsa(int usage, int selector, int matching, byte[] association) {
        DnsAnswerWriter writer = new DnsAnswerWriter();
        writer.out.write(usage);
        writer.out.write(selector);
        writer.out.write(matching);
        writer.out.writeBytes(association);
        return writer.bytes();
    }

    static Bytes soa(long minimum) {
        DnsAnswerWriter writer = new DnsAnswerWriter();
        writer.putName("ns.invalid");
        writer.putName("hostmaster.invalid");
        for (long value : new long[] {1, 3600, 600, 86_400, minimum}) {
            writer.u32(value);
        }
        return writer.bytes();
    }

    private Bytes bytes() {
        return Bytes.wrap(out.toByteArray());
    }

    private void entry(Entry entry) {
        putName(entry.owner());
        u16(entry.type());
        u16(1);
        u32(entry.ttl());
        u16(entry.value().length());
        out.writeBytes(entry.value().toByteArray());
    }

    private void putName(String name) {
        for (String label : name.split("\\.", -1)) {
            if (!label.isEmpty()) {
                byte[] octets = label.getBytes(StandardCharsets.ISO_8859_1);
                out.write(octets.length);
                out.writeBytes(octets);
            }
        }
        out.write(0);
    }

    private void u16(int value) {
        out.write(value >> 8);
        out.write(value);
    }

    private void u32(long value) {
        u16((int) (value >> 16));
        u16((int) value);
    }
}
