// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamOptionsTest {
    @Test
    void setting_one_option_of_a_stream_leaves_the_other() {
        MailerBuilder builder =
                Mailers.builder().stream("transactional", s -> s.weight(20)).stream("broadcast", s -> s.reserved(2))
                        .stream("broadcast", s -> s.weight(3));

        StreamOptions transactional = builder.streams.get("transactional");
        assertThat(transactional.weight()).isEqualTo(20);
        assertThat(transactional.reserved())
                .isEqualTo(StreamOptions.of("transactional").reserved())
                .isNegative();
        assertThat(builder.streams.get("broadcast").weight()).isEqualTo(3);
        assertThat(builder.streams.get("broadcast").reserved()).isEqualTo(2);
        assertThat(StreamOptions.of("transactional").reserved(4).weight()).isEqualTo(10);
        assertThat(StreamOptions.of("other").weight()).isEqualTo(1);
        assertThat(StreamOptions.of("other").reserved()).isZero();
    }
}
