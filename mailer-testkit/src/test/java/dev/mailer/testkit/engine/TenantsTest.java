// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Customers of one installation do not meet. */
class TenantsTest {
    @TempDir
    Path folder;

    private final Rig rig = new Rig().with(m -> m.transport(new StubTransport()).tenant("acme"));

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void a_tenant_has_mail_keys_suppressions_and_events_of_its_own(String store) {
        if (store.equals("sqlite")) {
            rig.store(Stores.open("sqlite:" + folder.resolve("ledger.db"), rig.clock));
        }
        rig.mailer()
                .suppressions()
                .add(new Suppression(
                        "acme", null, "jo@example.org", Reason.MANUAL, "a test", rig.clock.instant(), null));
        Email ours = Rig.mail("jo@example.org").idempotencyKey("order-1").build();
        Email theirs = ours.toBuilder().tenant("acme").build();

        SendResult first = rig.mailer().send(ours);
        SendResult second = rig.mailer().send(theirs);

        assertThat(second.isDuplicate()).isFalse();
        assertThat(second.suppressed()).isEqualTo(1);
        rig.await(first.id(), DeliveryState.SENT);
        rig.await(second.id(), DeliveryState.SUPPRESSED);
        assertThat(rig.mailer().list(MessageQuery.ofTenant("acme")).items())
                .extracting(MessageStatus::id)
                .containsExactly(second.id());
        assertThat(rig.mailer()
                        .list(MessageQuery.ofTenant(Email.DEFAULT_TENANT))
                        .items())
                .extracting(MessageStatus::id)
                .containsExactly(first.id());
        assertThat(rig.store().events(first.id()))
                .isNotEmpty()
                .extracting(MailEvent::tenant)
                .containsOnly(Email.DEFAULT_TENANT);
        assertThat(rig.store().events(second.id()))
                .isNotEmpty()
                .extracting(MailEvent::tenant)
                .containsOnly("acme");
    }

    @Test
    void mail_of_a_tenant_is_sent_in_each_stream() {
        rig.await(rig.send(Rig.mail("jo@example.org").tenant("acme")), DeliveryState.SENT);
        rig.await(rig.send(Rig.mail("jo@example.org").tenant("acme").stream("broadcast")), DeliveryState.SENT);
    }

    @Test
    void a_tenant_that_is_not_defined_is_the_callers_mistake() {
        assertThatThrownBy(() -> rig.send(Rig.mail("jo@example.org").tenant("acne")))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessage("tenant: 'acne' is not defined; defined are [acme, default]");
    }

    @Test
    void a_name_that_no_mail_could_have_is_refused() {
        assertThatThrownBy(() -> Mailers.builder().tenant("the acme"))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(
                        "tenants: a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'; 'the acme' is none");
    }
}
