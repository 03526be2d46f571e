// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.OutboxStore;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private final OutboxStore.CommitUnknownException lost =
            new OutboxStore.CommitUnknownException(new SQLException("terminating connection", "57P01"));

    /** Who has to know asks {@link OutboxStore#transact}; all others may do it again. */
    @Test
    void a_commit_whose_outcome_is_unknown_means_not_now() {
        assertThatThrownBy(() -> Failures.translate("look", () -> {
                    throw lost;
                }))
                .isInstanceOf(MailerUnavailableException.class)
                .hasMessageContaining("the store could not look")
                .hasRootCauseMessage("terminating connection");
        assertThatThrownBy(() -> Failures.translateNullable("look", () -> {
                    throw lost;
                }))
                .isInstanceOf(MailerUnavailableException.class)
                .hasRootCauseMessage("terminating connection");
    }
}
