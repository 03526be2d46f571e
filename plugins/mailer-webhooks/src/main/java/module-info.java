// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Webhooks. */
@NullMarked
module dev.mailer.webhooks {
    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;
    requires transitive micrometer.core;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.slf4j;
    requires tools.jackson.core;

    exports dev.mailer.webhooks;
}
