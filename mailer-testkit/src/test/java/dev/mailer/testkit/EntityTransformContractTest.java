// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.EntityTransform;
import dev.mailer.testkit.WrappingTransform.Fault;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The suite for transforms passes a good one and finds what is wrong with others. */
class EntityTransformContractTest {
    private static Set<Fault> faults = Set.of();

    static final class Wrapping extends EntityTransformContract {
        @Override
        protected EntityTransform newTransform() {
            return new WrappingTransform(faults);
        }
    }

    @AfterEach
    void mend() {
        faults = Set.of();
    }

    @Test
    void a_good_transform_passes() {
        assertThat(SuiteRun.failuresOf(Wrapping.class)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "FIELD_OF_THE_MAIL, the_entity_is_content_fields_an_empty_line_and_lines",
        "LONG_LINE, the_entity_is_content_fields_an_empty_line_and_lines",
        "OTHER_TYPE, its_type_is_that_of_its_header",
        "HIDES_EIGHT_BIT, bytes_above_127_are_told",
        "COUNTS, every_writing_and_every_node_gives_the_same_bytes",
        "DIFFERS_BY_NODE, every_writing_and_every_node_gives_the_same_bytes",
        "FORGETS_THE_CONTENT, other_content_gives_other_bytes",
        "COUNTS, writing_at_once_does_not_disturb",
        "READS_AT_ONCE, the_content_is_read_when_it_is_written_and_not_before",
        "SWALLOWS, content_that_cannot_be_read_is_an_io_exception_and_no_end",
        "SWALLOWS, a_stream_that_cannot_be_written_is_an_io_exception",
        "CLOSES, the_stream_is_left_open_and_not_flushed",
        "CHANGES_ITS_MIND, whether_it_depends_on_the_recipient_is_constant"
    })
    void a_fault_is_found(Fault fault, String finding) {
        faults = Set.of(fault);

        assertThat(SuiteRun.fails(Wrapping.class, finding)).isTrue();
    }
}
