// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.spi.Recipient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** A connection that is ready for MAIL, and what its server can do. */
final class SmtpSession {
    private final SmtpConnection connection;
    private final Extensions extensions;
    private final SSLContext tls;
    private final SmtpSettings settings;
    private final int maxMessages;
    private final int maxRecipients;
    private final int maxDomains;
    /** Of the recipients so far; none where any number will do. */
    private final Set<String> domains = new HashSet<>();

    /** What was said until it was ready. */
    private final String opening;

    private final Map<String, String> facts;

    private int messages;
    private boolean rested;

    SmtpSession(SmtpConnection connection, Extensions extensions, SSLContext tls, SmtpSettings settings) {
        this.connection = connection;
        this.extensions = extensions;
        this.tls = tls;
        this.settings = settings;
        this.maxMessages = Math.min(settings.pool().messages(), extensions.maxMessages());
        this.maxRecipients = Math.min(settings.maxRecipients(), extensions.maxRecipients());
        this.maxDomains = extensions.maxDomains();
        this.opening = connection.endOpening();
        this.facts = new HashMap<>(connection.facts(settings.verifiesNames()));
        facts.put("limits", limits());
    }

    /** Those of the options, of what is known of the provider, and of what the server itself announced. */
    private String limits() {
        return settings.pool().connections() + " connections, " + maxMessages + " mails over one, " + maxRecipients
                + " recipients at a time";
    }

    SmtpConnection connection() {
        return connection;
    }

    Extensions extensions() {
        return extensions;
    }

    /** What it trusted, and identified itself by, when it was opened. */
    SSLContext tls() {
        return tls;
    }

    String opening() {
        return opening;
    }

    /** What is known of the connection, for the timelines of mails: the peer, TLS and the limits in force. */
    Map<String, String> facts() {
        return facts;
    }

    /** Which mail of the session this is, for people. */
    String place() {
        return isFirstMail() ? "new" : "mail " + messages + " over it";
    }

    /** True up to the end of the first mail. */
    boolean isFirstMail() {
        return messages <= 1;
    }

    /** Counts a mail to these. */
    void countMessage(List<Recipient> recipients) {
        messages++;
        if (limitsDomains()) {
            recipients.forEach(recipient -> domains.add(recipient.address().domain()));
        }
    }

    /** True when it has had as many mails as one connection should, or as many domains, or is older than one should be. */
    boolean isWornOut() {
        return messages >= maxMessages
                || domains.size() >= maxDomains
                || connection.age().compareTo(settings.pool().age()) > 0;
    }

    /** Those of a mail's recipients that there is room for in one transaction now; at least one unless this is worn out. */
    List<Recipient> among(List<Recipient> recipients) {
        if (!limitsDomains()) {
            return recipients.subList(0, Math.min(recipients.size(), maxRecipients));
        }
        Set<String> named = new HashSet<>(domains);
        List<Recipient> fit = new ArrayList<>();
        for (Recipient recipient : recipients) {
            String domain = recipient.address().domain();
            if (fit.size() < maxRecipients && (named.contains(domain) || named.size() < maxDomains)) {
                named.add(domain);
                fit.add(recipient);
            }
        }
        return fit;
    }

    private boolean limitsDomains() {
        return maxDomains != Integer.MAX_VALUE;
    }

    /** True when commands may leave before the replies to those before them have come (RFC 2920). */
    boolean mayPipeline() {
        return settings.pipelining() != Pipelining.NEVER
                && extensions.has("PIPELINING")
                && !settings.lockstep().contains(settings.endpoint());
    }

    /** Notes that the server offers PIPELINING and lost count of commands that left together. */
    void distrustPipelining() {
        settings.lockstep().add(settings.endpoint());
    }

    /** True when the envelope of a mail may leave behind another's final dot. */
    boolean mayChain() {
        return settings.pipelining() == Pipelining.CHAINED && mayPipeline() && !mayChunk();
    }

    DeliveryNotices notices() {
        return settings.notices();
    }

    /** True when content leaves in chunks (RFC 3030) and not behind DATA. */
    boolean mayChunk() {
        return settings.chunking() && extensions.has("CHUNKING");
    }

    /** True when the server is one that delivers, and answers for each recipient (RFC 2033). */
    boolean isLmtp() {
        return settings.endpoint().isLmtp();
    }

    /** Notes that it is kept for later, with or without a mail so far. */
    void rest() {
        rested = true;
    }

    /** True when it was kept for later once or had a mail, so that the server may have closed it since. */
    boolean isUsed() {
        return rested || messages > 0;
    }
}
