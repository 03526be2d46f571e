// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.List;

/** A part of a longer list; {@code hasMore} says whether another follows in the direction of travel. */
public record Page<T>(List<T> items, boolean hasMore) {
    public Page {
        items = List.copyOf(items);
    }
}
