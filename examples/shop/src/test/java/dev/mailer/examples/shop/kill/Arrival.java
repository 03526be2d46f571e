// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop.kill;

import dev.mailer.testkit.smtp.ReceivedMail;
import dev.mailer.testkit.smtp.RecordedSession;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mail as it arrived at the server.
 *
 * @param process which shop sent it, from its EHLO
 * @param kind receipt or pick-up code
 * @param order the number in its subject
 * @param content all of it, to compare copies
 */
record Arrival(String process, String kind, int order, String content) {
    static final String RECEIPT = "Receipt";
    static final String CODE = "Pick-up code";

    private static final Pattern SUBJECT = Pattern.compile("Subject: (.*) for order (\\d+)\r\n");

    static List<Arrival> all(ScriptedSmtpServer server) {
        List<Arrival> all = new ArrayList<>();
        for (RecordedSession session : server.sessions()) {
            for (ReceivedMail mail : session.mails()) {
                String content = mail.content().asUtf8();
                Matcher subject = SUBJECT.matcher(content);
                if (!subject.find()) {
                    throw new AssertionError("not one of the shop's: " + content);
                }
                all.add(new Arrival(name(session), subject.group(1), Integer.parseInt(subject.group(2)), content));
            }
        }
        return all;
    }

    private static String name(RecordedSession session) {
        return session.commands().stream()
                .filter(c -> c.startsWith("EHLO "))
                .findFirst()
                .orElseThrow()
                .substring(5);
    }
}
