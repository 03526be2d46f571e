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
    private final Submission submission;
    private final List<Said> said = new ArrayList<>(4);
    private Map<String, String> facts = Map.of();
    private String opening = "";
    private @Nullable Reply end;

    Transcript(SmtpSession session, Submission submission) {
        this.session = session;
        this.submission = submission;
    }

    private record Said(String command, Reply reply) {}

    /** The session has counted the mail; later it may have counted others, too. */
    void begun() {
        facts = session.facts();
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
        Map<String, String> all = new LinkedHashMap<>(facts.isEmpty() ? session.facts() : facts);
        all.put("transcript", talk(recipient));
        return outcome.telling(all);
    }

    private String talk(Recipient recipient) {
        Talk talk = new Talk();
        talk.addAll(opening);
        String own = "<" + recipient.address().spec() + ">";
        for (Said pair : said) {
            if (!pair.command.startsWith(RCPT) || pair.command.contains(own)) {
                talk.ask(hide(withoutOriginal(pair.command), recipient));
                talk.answer(hide(pair.reply, recipient));
            }
        }
        Reply last = end;
        if (last != null) {
            talk.note("content");
            talk.answer(hide(last, recipient));
        }
        return talk.toString();
    }

    /** The recipient that a notice would name (RFC 3461 §4.2) is in an encoding of its own. */
    private static String withoutOriginal(String command) {
        int from = command.indexOf(" ORCPT=");
        return from < 0 ? command : command.substring(0, from) + " ORCPT=***";
    }

    /** A server may write addresses as it likes, and name others. */
    private Reply hide(Reply reply, Recipient recipient) {
        return new Reply(
                reply.code(),
                reply.lines().stream()
                        .map(line -> ADDRESS.matcher(hide(line, recipient)).replaceAll("***$1"))
                        .toList());
    }

    private String hide(String text, Recipient recipient) {
        Address sender = submission.sender();
        String shown = hide(text, recipient.address());
        return sender == null ? shown : hide(shown, sender);
    }

    private static String hide(String text, Address address) {
        String spec = address.spec();
        return text.replace(spec, "***" + spec.substring(spec.lastIndexOf('@')));
    }
}
