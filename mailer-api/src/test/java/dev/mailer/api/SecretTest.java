// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretTest {
    private static final Secret SECRET = Secret.of("hunter2");

    @Test
    void never_prints() {
        assertThat(SECRET).hasToString("***");
        assertThat("" + SECRET + List.of(SECRET) + Map.of("a", SECRET) + String.format("%s %S", SECRET, SECRET))
                .doesNotContainIgnoringCase("hunter2");
        assertThat(Secret.of("")).hasToString("***");
    }

    @Test
    void cannot_be_serialized_or_read_by_a_bean_mapper() {
        assertThat(SECRET).isNotInstanceOf(Serializable.class);
        assertThat(Arrays.stream(Secret.class.getMethods())
                        .filter(m -> m.getName().startsWith("get") && !Modifier.isFinal(m.getModifiers())))
                .isEmpty();
    }

    @Test
    void is_revealed_on_demand() {
        assertThat(SECRET.reveal()).isEqualTo("hunter2");
    }

    @Test
    void equals_by_value() {
        assertThat(SECRET).isEqualTo(Secret.of("hunter2")).hasSameHashCodeAs(Secret.of("hunter2"));
        assertThat(SECRET).isNotEqualTo(Secret.of("hunter3")).isNotEqualTo("hunter2");
        assertThatNullPointerException().isThrownBy(() -> Secret.of(null)).withMessage("value");
    }
}
