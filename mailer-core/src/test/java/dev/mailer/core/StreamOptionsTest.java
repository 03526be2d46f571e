// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.Router;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamOptionsTest {
    @Test
    void a_stream_leaves_by_the_transport_that_it_names_and_others_by_the_default_one() {
        StreamTransports router = StreamTransports.of(
                Map.of(
                        "broadcast", StreamOptions.of("broadcast").transport("bulk"),
                        "news", StreamOptions.of("news").transport("default"),
                        "other", StreamOptions.of("other")),
                Set.of("bulk", "default"),
                false);

        assertThat(router).isNotNull();
        assertThat(router.plan(new Router.Delivery("t", "broadcast", "example.org", 1)))
                .isEqualTo("bulk");
        assertThat(router.plan(new Router.Delivery("t", "news", "example.org", 1)))
                .isEqualTo("default");
        assertThat(router.plan(new Router.Delivery("t", "other", "example.org", 1)))
                .isEqualTo("default");
        assertThat(StreamTransports.of(Map.of("other", StreamOptions.of("other")), Set.of(), true))
                .isNull();
    }

    @Test
    void a_stream_cannot_name_a_transport_that_is_not_there_or_have_one_beside_a_router() {
        assertThatThrownBy(() -> Mailers.builder().store("memory").transport("null:").stream(
                                "news", s -> s.transport("bulk"))
                        .build())
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(
                        "streams.news.transport: names 'bulk', which is none of the transports []; set transports.bulk"
                                + " of this mailer, too");
        assertThatThrownBy(() -> Mailers.builder().store("memory").transport("null:").transport("bulk", "null:").stream(
                                "news", s -> s.transport("bulk"))
                        .install(MailerPlugin.of("routes", c -> c.router(d -> "default")))
                        .build())
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(
                        "streams.news.transport: names 'bulk' beside a router, which decides alone; keep one of them");
    }

    @Test
    void what_sends_nothing_needs_no_transport() {
        Mailers.builder().store("memory").paused().stream("news", s -> s.transport("bulk"))
                .build()
                .close();
    }

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
