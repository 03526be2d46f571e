// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Address;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.spi.Outcome;
import dev.mailer.mailbox.MailboxMessage;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TestMailer} has sent since it was cleared. Each assertion waits for what is due. A mail whose reply was lost, as that to
 * {@code jo+ambiguous@example.org}, has arrived.
 */
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
                    "Expected %s to be sent but there were %s: %s; %s",
                    count == 1 ? "one mail" : count + " mails", received.size(), told(received), deliveries());
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
                    "Expected one mail to %s but there were %s; sent were %s; %s",
                    address, matching.size(), told(received), deliveries());
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

    /**
     * So many deliveries of the mail that was accepted since {@link TestMailer#clear} are in a state, such as
     * {@link DeliveryState#REJECTED} or {@link DeliveryState#SCHEDULED}.
     */
    public TestMailerAssert hasDeliveries(DeliveryState state, int count) {
        isNotNull();
        long actually = actual.count(state);
        if (actually != count) {
            failWithMessage(
                    "Expected %s deliveries to be %s but there were %s; %s", count, state, actually, deliveries());
        }
        return this;
    }

    private List<MailboxMessage> received() {
        isNotNull();
        return actual.received().stream()
                .filter(m -> m.receipts().stream().anyMatch(TestMailerAssert::arrived))
                .toList();
    }

    private static boolean arrivedFor(MailboxMessage mail, String address) {
        String wanted = Address.parse(address).spec();
        return mail.receipts().stream()
                .anyMatch(r -> arrived(r) && r.address().spec().equalsIgnoreCase(wanted));
    }

    /** The mailbox plays no lost reply to a mail that it does not keep. */
    private static boolean arrived(MailboxMessage.Receipt receipt) {
        return receipt.outcome() == Outcome.Kind.ACCEPTED || receipt.outcome() == Outcome.Kind.AMBIGUOUS;
    }

    /** What became of all that was accepted. */
    private String deliveries() {
        Map<DeliveryState, Long> states = new EnumMap<>(DeliveryState.class);
        for (DeliveryState state : DeliveryState.values()) {
            long count = actual.count(state);
            if (count > 0) {
                states.put(state, count);
            }
        }
        return states.isEmpty()
                ? "no mail was accepted (mail in a transaction is, by its commit)"
                : "the deliveries are " + states;
    }

    private static List<String> told(List<MailboxMessage> mails) {
        return mails.stream().map(m -> "\"" + m.subject() + "\" to " + m.to()).toList();
    }
}
