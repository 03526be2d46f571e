// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Tracking and unsubscribing. */
@NullMarked
module dev.mailer.tracking {
    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
    requires org.jsoup;
    requires org.slf4j;

    exports dev.mailer.tracking;
    exports dev.mailer.tracking.unsubscribe;
}
