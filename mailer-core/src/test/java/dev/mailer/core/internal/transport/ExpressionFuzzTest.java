// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class ExpressionFuzzTest {
    @DictionaryEntries({"failover(", "weighted(", ")", " ", "3*", "null:", "memory:", "memory:a", "1000*", "(", "%29"})
    @FuzzTest(maxDuration = "1m")
    void what_is_made_has_a_name_of_printable_characters(FuzzedDataProvider data) {
        try (Transport made = create(data.consumeRemainingAsString())) {
            assertThat(made.name().codePoints()).noneMatch(Character::isISOControl);
            assertThat(made).hasToString(made.name());
        } catch (MailerConfigException e) {
            assertThat(e.option()).isEqualTo("transport");
        }
    }

    /** Without the class path's factories and without those that touch files. */
    private static Transport create(String expression) {
        FactoryLookup factories =
                new FactoryLookup(List.of(), List.of(new BuiltInTransports(TransportRegistryTest::memory)));
        if (expression.toLowerCase(java.util.Locale.ROOT).contains("file")) {
            throw new MailerConfigException("transport", "touches files");
        }
        return TransportRegistry.create(expression, factories, Submissions.context());
    }
}
