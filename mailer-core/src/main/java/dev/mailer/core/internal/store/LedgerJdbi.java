// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import java.sql.Connection;
import java.sql.Types;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.core.statement.TemplateEngine;

/** JDBI as every connection has it: parameters have names, texts are no templates, and rows are read by code, not by reflection. */
final class LedgerJdbi {
    /** Shared for the texts it has parsed. */
    private static final SqlParser PARSER = new ColonPrefixSqlParser();

    private static final ColumnMapper<Instant> INSTANT = (row, column, context) -> Times.read(row, column);

    private static final ArgumentFactory INSTANTS = new AbstractArgumentFactory<Instant>(Types.BIGINT) {
        @Override
        protected Argument build(Instant value, ConfigRegistry config) {
            return (at, statement, context) -> statement.setLong(at, Times.millis(value));
        }
    };

    private static final ArgumentFactory BYTES = new AbstractArgumentFactory<Bytes>(Types.BINARY) {
        @Override
        protected Argument build(Bytes value, ConfigRegistry config) {
            return (at, statement, context) -> statement.setBytes(at, value.unsafeArray());
        }
    };

    private LedgerJdbi() {}

    /**
     * A handle on a connection that stays its owner's. A statement closes what it holds when it has run or failed, and
     * transactions are not begun here, so there is nothing to close.
     */
    static Handle on(Connection connection) {
        return Jdbi.create(connection)
                .setSqlParser(PARSER)
                .setTemplateEngine(TemplateEngine.NOP)
                .registerArgument(INSTANTS)
                .registerArgument(BYTES)
                .registerColumnMapper(Instant.class, INSTANT)
                // Values are mail, and messages are logged.
                .configure(StatementExceptions.class, c -> c.setMessageRendering(MessageRendering.NONE))
                .open();
    }
}
