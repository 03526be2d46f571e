// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Shared limits; empty in this version. */
@NullMarked
module dev.mailer.redis {
    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
}
