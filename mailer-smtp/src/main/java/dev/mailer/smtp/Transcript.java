// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Address;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was said about one mail over a session, and over which, for the timelines of its recipients: each has what concerns it, without the
 * local parts of addresses. Used by one thread.
 */
final class Transcript {
    private static final String RCPT = "RCPT ";
    /** What may stand before the at of an address, up to 64 characters, and the domain. */
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>,;:()\"@]{1,64}+(@[\\p{L}\\p{N}\\[])");

    private final SmtpSession session;
    private final @Nullable Mask sender;
    private final List<Said> said = new ArrayList<>(4);
    private String place = "";
    private String opening = "";
    private @Nullable Reply end;

    Transcript(SmtpSession session, Submission submission) {
        this.session = session;
        Address from = submission.sender();
        this.sender = from == null ? null : new Mask(from);
    }

    private record Said(String command, Reply reply) {}

    /** The session has counted the mail; later it may have counted others, too. */
    void begun() {
        place = session.place();
        opening = session.isFirstMail() ? session.opening() : "";
    }

    void heard(String command, Reply reply) {
        said.add(new Said(command, reply));
    }

    /** What the server made of the content; with LMTP the last that it said. */
    void ended(Reply reply) {
        end = reply;
    }

    /** The outcome with all of it. */
    Outcome tell(Outcome outcome, Recipient recipient) {
        if (outcome.isUntried()) {
            return outcome;
        }
        Map<String, String> all = new LinkedHashMap<>(session.facts());
        all.put("connection", place.isEmpty() ? session.place() : place);
        all.put("transcript", talk(recipient));
        return outcome.telling(all);
    }

    private String talk(Recipient recipient) {
        Talk talk = new Talk();
        talk.addAll(opening);
        Mask own = new Mask(recipient.address());
        for (Said pair : said) {
            if (!pair.command.startsWith(RCPT) || pair.command.contains(own.path)) {
                talk.ask(hide(withoutOriginal(pair.command), own));
                talk.answer(hide(pair.reply, own));
            }
        }
        Reply last = end;
        if (last != null) {
            talk.note("content");
            talk.answer(hide(last, own));
        }
        return talk.toString();
    }

    /** The recipient that a notice would name (RFC 3461 §4.2) is in an encoding of its own. */
    private static String withoutOriginal(String command) {
        int from = command.indexOf(" ORCPT=");
        return from < 0 ? command : command.substring(0, from) + " ORCPT=***";
    }

    /** A server may write addresses as it likes, and name others; most replies name none. */
    private Reply hide(Reply reply, Mask own) {
        for (String line : reply.lines()) {
            if (line.indexOf('@') >= 0) {
                return new Reply(
                        reply.code(),
                        reply.lines().stream()
                                .map(each -> ADDRESS.matcher(hide(each, own)).replaceAll("***$1"))
                                .toList());
            }
        }
        return reply;
    }

    private String hide(String text, Mask own) {
        String shown = own.hide(text);
        return sender == null ? shown : sender.hide(shown);
    }

    /** Hides the local part of an address. */
    private static final class Mask {
        private final String spec;
        private final String path;
        private final String shown;

        Mask(Address address) {
            spec = address.spec();
            path = "<" + spec + ">";
            shown = "***@" + address.domain();
        }

        String hide(String text) {
            return text.indexOf('@') < 0 ? text : text.replace(spec, shown);
        }
    }
}
