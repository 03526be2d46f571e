// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The engine. */
@NullMarked
module dev.mailer.core {
    exports dev.mailer.core;
    exports dev.mailer.core.servlet;
    exports dev.mailer.core.template;

    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;
    requires static jakarta.servlet;
    requires com.github.benmanes.caffeine;
    requires com.zaxxer.hikari;
    requires flyway.core;
    requires io.github.resilience4j.circuitbreaker;
    requires java.sql;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;
    requires org.jdbi.v3.core;
    requires org.jsoup;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;
    requires tools.jackson.core;
    requires velocity.engine.core;

    uses dev.mailer.api.spi.MjmlCompiler;
    uses dev.mailer.api.spi.TransportFactory;
}
