// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingPlacesTest {
    private final WaitingPlaces places = new WaitingPlaces(3, 2);

    @Test
    void leaves_room_for_other_tenants() {
        assertThat(places.enter("a")).isTrue();
        assertThat(places.enter("a")).isTrue();
        assertThat(places.enter("a")).as("a third of one tenant").isFalse();
        assertThat(places.enter("b")).isTrue();
        assertThat(places.enter("c")).as("a fourth of all").isFalse();
    }

    @Test
    void a_place_that_is_left_is_free_again() {
        places.enter("a");
        places.enter("a");
        places.leave("a");

        assertThat(places.enter("a")).isTrue();
    }
}
