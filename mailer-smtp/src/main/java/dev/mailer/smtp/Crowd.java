// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Phase;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.Shaping;
import dev.mailer.smtp.mx.SiteShape;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a server that refuses mail only has as many connections as it takes, so that the mail is none the worse for it. That ends where it
 * refuses more often in a row than there may be connections. Thread-safe.
 */
final class Crowd {
    private final Shaping shaping;
    private final MxSite site;
    private final SharedLimit connections;
    private final int most;
    /** Mails that were refused before they began, since one last was let in. */
    private final AtomicInteger refused = new AtomicInteger();

    /** @param most connections that there may be where the server does not want fewer */
    Crowd(Shaping shaping, MxSite site, SharedLimit connections, int most) {
        this.shaping = shaping;
        this.site = site;
        this.connections = connections;
        this.most = most;
    }

    /** @param isCrowd the reply was for one connection too many */
    record Heard(SiteShape shape, boolean isCrowd) {}

    /** The server has looked at a mail. */
    void letIn() {
        refused.set(0);
    }

    /** Takes note of a reply, for the rules of shaping as well. */
    Heard hear(HeardReply heard) {
        boolean isUntouched = heard.phase().compareTo(Phase.MAIL_FROM) <= 0;
        if (!isUntouched) {
            letIn();
        }
        boolean isHope = !isUntouched || refused.incrementAndGet() <= most;
        int others = others(heard, isHope);
        SiteShape shape = shaping.observe(site, heard.reply(), heard.isGreeting(), others);
        boolean isCrowd =
                isUntouched && isHope && others > 0 && shaping.isOfCrowd(site, heard.reply(), heard.isGreeting());
        return new Heard(shape, isCrowd);
    }

    /**
     * Connections beside the one that a reply was said on. Those that are being opened may be refused as well: they count while that is not
     * known.
     */
    private int others(HeardReply heard, boolean isHope) {
        long self = heard.isOfMail() ? 1 : 0;
        return connections.established() > self || isHope ? (int) Math.max(0, connections.open() - self) : 0;
    }
}
