// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.Bytes;
import java.util.List;

/** A mail as a {@link ScriptedSmtpServer} got it: envelope, and content without dot-stuffing. Immutable. */
public final class ReceivedMail {
    private final String mailCommand;
    private final List<String> recipients;
    private final Bytes content;

    ReceivedMail(String mailCommand, List<String> recipients, Bytes content) {
        this.mailCommand = mailCommand;
        this.recipients = List.copyOf(recipients);
        this.content = content;
    }

    /** The sender without angle brackets; empty for the empty reverse-path. */
    public String sender() {
        return ServerSession.path(mailCommand);
    }

    /** The whole MAIL command, with its parameters. */
    public String mailCommand() {
        return mailCommand;
    }

    /** The accepted recipients without angle brackets. */
    public List<String> recipients() {
        return recipients;
    }

    /** The octets between DATA and the final dot. */
    public Bytes content() {
        return content;
    }

    /** Sizes only. */
    @Override
    public String toString() {
        return "ReceivedMail[" + recipients.size() + " recipients, " + content.length() + " octets]";
    }
}
