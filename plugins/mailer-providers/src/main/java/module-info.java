// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Mail providers; empty in this version. */
@NullMarked
module dev.mailer.providers {
    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
}
