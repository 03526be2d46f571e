// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

class ServerConnectionsTest {
    private static final String URL = "jdbc:elsewhere://host/db?user=jo";

    private final Driver driver = mock(Driver.class);
    private final Connection connection = mock(Connection.class);

    @BeforeEach
    void register() throws SQLException {
        when(driver.connect(any(), any())).thenReturn(connection);
        DriverManager.registerDriver(driver);
    }

    @AfterEach
    void deregister() throws SQLException {
        DriverManager.deregisterDriver(driver);
    }

    @Test
    void an_answer_may_take_twenty_seconds() throws Exception {
        assertThat(ServerConnections.forWork(Product.POSTGRESQL, URL).getConnection())
                .isSameAs(connection);

        verify(connection).setNetworkTimeout(any(), eq(20_000));
    }

    @Test
    void the_address_may_say_otherwise() throws Exception {
        ServerConnections.forWork(Product.POSTGRESQL, URL + "&socketTimeout=60").getConnection();

        verify(connection, never()).setNetworkTimeout(any(), anyInt());
    }

    @Test
    void a_migration_has_an_hour_whatever_the_address_says() throws Exception {
        ServerConnections.forMigration(Product.POSTGRESQL, URL + "&socketTimeout=60")
                .getConnection();

        verify(connection).setNetworkTimeout(any(), eq(3_600_000));
    }

    @Test
    void the_first_connection_may_wake_the_server_and_later_ones_are_given_up_sooner() throws Exception {
        ServerConnections connections = ServerConnections.forWork(Product.POSTGRESQL, URL);

        connections.getConnection();
        connections.getConnection();

        ArgumentCaptor<Properties> given = ArgumentCaptor.forClass(Properties.class);
        verify(driver, times(2)).connect(eq(URL), given.capture());
        assertThat(given.getAllValues())
                .extracting(p -> p.getProperty("connectTimeout"), p -> p.getProperty("socketTimeout"))
                .containsExactly(tuple("20", "20"), tuple("4", "4"));
    }
}
