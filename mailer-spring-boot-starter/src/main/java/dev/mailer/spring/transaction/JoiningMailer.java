// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.Email;
import dev.mailer.api.Outbox;
import dev.mailer.api.SendResult;
import dev.mailer.core.ForwardingMailer;
import dev.mailer.core.MailerEngine;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * A mailer whose {@code send} and {@code sendAll} join the transaction that Spring manages on the calling thread, when it is one on the
 * DataSource that the ledger is in: the mail is accepted by its commit, and a rollback leaves nothing. In callbacks behind a commit they
 * accept it at once. Without such a transaction they are those of the mailer itself; all other methods always are. Thread-safe.
 *
 * <p>Not final, so that an aspect of the host's can stand around it.
 */
public class JoiningMailer extends ForwardingMailer {
    private final MailerEngine mailer;
    private final CurrentTransaction transaction;

    JoiningMailer(MailerEngine mailer, CurrentTransaction transaction) {
        this.mailer = mailer;
        this.transaction = transaction;
    }

    /**
     * The DataSource that transactions are on. A mailer has its ledger there: on the connection of a host's transaction, which is what
     * those above give, its own transactions would end that.
     */
    public static DataSource target(DataSource source) {
        DataSource target = source;
        while (target instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
            target = proxy.getTargetDataSource();
        }
        return target;
    }

    /** What gives the connections behind proxies of Spring's: the same for all beans that are one pool. */
    public static DataSource pool(DataSource source) {
        return BoundConnection.pool(source);
    }

    /** True for one that gives connections of another database from call to call. */
    public static boolean isRouting(DataSource source) {
        try {
            return source.isWrapperFor(AbstractRoutingDataSource.class);
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * Makes a mailer join; closing it closes the one given.
     *
     * @param source the {@linkplain #target target} that its ledger is in
     */
    public static JoiningMailer of(MailerEngine mailer, DataSource source) {
        return new JoiningMailer(mailer, new CurrentTransaction(mailer, source));
    }

    @Override
    protected MailerEngine engine() {
        return mailer;
    }

    /** Tells the end of a transaction early, see {@link CommitWatch}. */
    public CommitWatch commitWatch() {
        return transaction.commitWatch();
    }

    /**
     * As that of the mailer, in the current transaction where there is one.
     *
     * @throws org.springframework.transaction.IllegalTransactionStateException the transaction is read-only, or one that is suspended
     *     on this thread holds the mail's idempotency key
     * @throws org.springframework.transaction.TransactionTimedOutException the transaction's time is over
     */
    @Override
    public SendResult send(Email email) {
        Outbox joined = transaction.outbox(List.of(email));
        return joined == null ? mailer.send(email) : joined.send(email);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        Outbox joined = emails.isEmpty() ? null : transaction.outbox(emails);
        return joined == null ? mailer.sendAll(emails) : joined.sendAll(emails);
    }
}
