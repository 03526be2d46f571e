// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.Bytes;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a person, found by the address that mail went to. Works with and without encryption. Thread-safe; each method
 * throws {@link dev.mailer.api.MailerUnavailableException} when the store does not answer, and can be repeated.
 */
public interface PersonalRecords {
    /** Gives every mail of a tenant to an address, newest first, one at a time. Mail that is accepted meanwhile may be missing. */
    void export(String tenant, String address, Consumer<ExportedMail> to);

    /**
     * Erases the mail of a tenant to an address: takes back what waits for it, removes content, texts, addresses, what servers said and
     * data keys. Ids, times, states, domains and the Message-ID stay. A mail to several is erased whole, for all of them. Entries of
     * the suppression list stay as hashes and go on protecting. Attachments that no other mail has go with the next sweep, after a
     * day. Waits at most 30 seconds for attempts that are under way; what is still open then is counted and left for a repetition.
     */
    Erasure erase(String tenant, String address);

    /**
     * One mail, without what is of its other recipients alone.
     *
     * @param status with the deliveries to this address only
     * @param events all of those deliveries, oldest first
     * @param eml as it is sent, but for what interceptors and a signer add; null when its content is not stored any more or cannot be read
     */
    record ExportedMail(
            MessageStatus status,
            List<MailEvent> events,
            @Nullable Bytes eml) {
        public ExportedMail {
            events = List.copyOf(events);
        }
    }

    /**
     * What an erasure did.
     *
     * @param mails erased now; those that were before do not count
     * @param cancelled deliveries that were taken back
     * @param suppressions entries of the suppression list that have a hash only from now on
     * @param left mails that are being sent, or wait for another recipient; erase again when they are done
     */
    record Erasure(long mails, long cancelled, long suppressions, long left) {}
}
