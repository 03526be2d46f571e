// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Address;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.spi.Outcome;
import dev.mailer.mailbox.MailboxMessage;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** What a {@link TestMailer} has sent. Each assertion waits for what is due. */
public final class TestMailerAssert extends AbstractAssert<TestMailerAssert, TestMailer> {
    TestMailerAssert(@Nullable TestMailer actual) {
        super(actual, TestMailerAssert.class);
    }

    /** Not one mail arrived. */
    public TestMailerAssert sentNothing() {
        return sent(0);
    }

    /** So many mails arrived; one for several recipients is one. */
    public TestMailerAssert sent(int count) {
        List<MailboxMessage> received = received();
        if (received.size() != count) {
            failWithMessage(
                    "Expected %s mails to be sent but there were %s: %s", count, received.size(), told(received));
        }
        return this;
    }

    /** Just one mail arrived for this address; on it. */
    public MailAssert sentTo(String address) {
        List<MailboxMessage> received = received();
        List<MailboxMessage> matching =
                received.stream().filter(m -> arrivedFor(m, address)).toList();
        if (matching.size() != 1) {
            failWithMessage(
                    "Expected one mail to %s but there were %s; sent were %s",
                    address, matching.size(), told(received));
        }
        return new MailAssert(matching.get(0));
    }

    /** No mail arrived for this address. */
    public TestMailerAssert sentNothingTo(String address) {
        List<MailboxMessage> matching =
                received().stream().filter(m -> arrivedFor(m, address)).toList();
        if (!matching.isEmpty()) {
            failWithMessage("Expected no mail to %s but there was %s", address, told(matching));
        }
        return this;
    }

    /** So many deliveries are in a state, such as {@link DeliveryState#REJECTED} or {@link DeliveryState#SCHEDULED}. */
    public TestMailerAssert hasDeliveries(DeliveryState state, int count) {
        isNotNull();
        long actually = actual.count(state);
        if (actually != count) {
            failWithMessage("Expected %s deliveries to be %s but there were %s", count, state, actually);
        }
        return this;
    }

    private List<MailboxMessage> received() {
        isNotNull();
        return actual.received().stream()
                .filter(m -> m.receipts().stream().anyMatch(r -> r.outcome() == Outcome.Kind.ACCEPTED))
                .toList();
    }

    private static boolean arrivedFor(MailboxMessage mail, String address) {
        String wanted = Address.parse(address).spec();
        return mail.receipts().stream()
                .anyMatch(r -> r.outcome() == Outcome.Kind.ACCEPTED
                        && r.address().spec().equalsIgnoreCase(wanted));
    }

    private static List<String> told(List<MailboxMessage> mails) {
        return mails.stream().map(m -> "\"" + m.subject() + "\" to " + m.to()).toList();
    }
}
