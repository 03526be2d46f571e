// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.PeerTransport.Fault;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The suite for transports passes a good one and finds what is wrong with others. */
class TransportContractTest {
    private static Fault[] faults = {};

    static final class Peer extends TransportContract {
        private PeerTransport transport;

        @Override
        protected Transport newTransport() {
            transport = new PeerTransport(context(), faults);
            return transport;
        }

        @Override
        protected List<Bytes> received() {
            return transport.accepted();
        }

        @Override
        protected List<String> credentials() {
            return List.of(PeerTransport.PASSWORD);
        }
    }

    @AfterEach
    void mend() {
        faults = new Fault[] {};
    }

    @Test
    void a_good_transport_passes() {
        assertThat(SuiteRun.failuresOf(Peer.class)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "NEVER_ASKS, it_asks_before_the_point_of_no_return",
        "ASKS_TOO_LATE, it_asks_before_the_point_of_no_return",
        "IGNORES_NO, a_no_is_obeyed_and_nothing_is_reported",
        "REPORTS_A_NO, a_no_is_obeyed_and_nothing_is_reported",
        "REPORTS_TWICE, what_the_peer_takes_is_reported_as_accepted_once_for_each_recipient",
        "FORGETS_A_RECIPIENT, what_the_peer_takes_is_reported_as_accepted_once_for_each_recipient",
        "FORGETS_ALL_BUT_THE_FIRST, every_submission_of_a_batch_is_asked_for_and_has_its_outcomes",
        "ASKS_FOR_THE_FIRST, every_submission_of_a_batch_is_asked_for_and_has_its_outcomes",
        "ASKS_TOO_LATE, every_submission_of_a_batch_is_asked_for_and_has_its_outcomes",
        "STOPS_AT_A_NO, a_no_to_one_submission_of_a_batch_is_none_to_the_others",
        "CHANGES_BYTES, the_same_submission_is_the_same_bytes_each_time",
        "ACCEPTS_HALF, a_message_that_cannot_be_written_is_not_accepted_and_the_next_is",
        "NAMES_THE_PASSWORD, names_are_stable_and_tell_no_secret",
        "CLOSES_ONCE, closing_twice_is_closing_once",
        "LEAVES_A_THREAD, closing_ends_the_threads_of_the_context"
    })
    void a_fault_is_found(Fault fault, String finding) {
        faults = new Fault[] {fault};

        assertThat(SuiteRun.fails(Peer.class, finding)).isTrue();
    }
}
