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
import org.jspecify.annotations.Nullable;

/**
 * What was said about one mail over a session, and over which, for the timelines of its recipients: each has what concerns it, without the
 * local parts of addresses. Used by one thread.
 */
final class Transcript {
    private static final String RCPT = "RCPT ";

    private final SmtpSession session;
    private final Submission submission;
    private final List<Said> said = new ArrayList<>(4);
    private @Nullable Reply end;

    Transcript(SmtpSession session, Submission submission) {
        this.session = session;
        this.submission = submission;
    }

    private record Said(String command, Reply reply) {}

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
        Map<String, String> facts = new LinkedHashMap<>(session.facts());
        facts.put("transcript", talk(recipient));
        return outcome.telling(facts);
    }

    private String talk(Recipient recipient) {
        Talk talk = new Talk();
        if (session.isFirstMail()) {
            talk.addAll(session.opening());
        }
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

    private Reply hide(Reply reply, Recipient recipient) {
        return new Reply(
                reply.code(),
                reply.lines().stream().map(line -> hide(line, recipient)).toList());
    }

    private String hide(String text, Recipient recipient) {
        Address sender = submission.sender();
        String shown = hide(text, recipient.address());
        return sender == null ? shown : hide(shown, sender);
    }

    private static String hide(String text, Address address) {
        String spec = address.spec();
        return text.indexOf('@') < 0 ? text : text.replace(spec, "***" + spec.substring(spec.lastIndexOf('@')));
    }
}
