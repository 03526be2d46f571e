// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.spring.MailerAutoConfiguration;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.mail.javamail.JavaMailSender;

class MailerStartFailureAnalyzerTest {
    @Test
    void a_missing_transport() {
        FailureAnalysis analysis =
                analysis(runner -> runner.withClassLoader(new FilteredClassLoader(MailboxPlugin.class)));

        assertThat(analysis.getDescription())
                .isEqualTo("The mailer could not be started. mailer.transport: is missing; give a URI such as"
                        + " smtp://user:password@host:587, or memory: for tests");
        assertThat(analysis.getAction())
                .isEqualTo(
                        "Set mailer.transport, for example to smtp://user:password@smtp.example.com:587, or spring.mail.host,"
                                + " or define a Transport bean. For development add dev.mailer:mailer-mailbox: mail is then shown at"
                                + " /mailbox.");
    }

    @Test
    void a_wrong_value() {
        FailureAnalysis analysis = analysis(
                runner -> runner.withPropertyValues("mailer.transport=memory:", "mailer.limits.max-unsettled=0"));

        assertThat(analysis.getDescription())
                .isEqualTo("The mailer could not be started. mailer.limits.max-unsettled: is 0, at least 1 is needed");
        assertThat(analysis.getAction()).isEqualTo("Correct mailer.limits.max-unsettled.");
    }

    @Test
    void a_value_of_a_named_mailer() {
        FailureAnalysis analysis = analysis(
                runner -> runner.withPropertyValues("mailer.transport=memory:", "mailer.mailers.billing.store=memory"));

        assertThat(analysis.getDescription()).contains("mailer.mailers.billing.transport: is missing");
        assertThat(analysis.getAction())
                .isEqualTo(
                        "Set mailer.mailers.billing.transport, for example to smtp://user:password@smtp.example.com:587. For"
                                + " development add dev.mailer:mailer-mailbox and set it to mailbox: to see its mail at /mailbox.");
    }

    @Test
    void a_folder_of_templates_that_is_not_there() {
        FailureAnalysis analysis = analysis(
                runner -> runner.withPropertyValues("mailer.transport=memory:", "mailer.templates=/nonexistent/mail"));

        assertThat(analysis.getDescription())
                .contains("mailer.templates: expected a folder of templates at /nonexistent/mail, and there is none");
    }

    @Test
    void a_java_mail_sender_without_java_mail() {
        FailureAnalysis analysis =
                analysis(runner -> runner.withClassLoader(new FilteredClassLoader(JavaMailSender.class))
                        .withPropertyValues("mailer.transport=memory:", "mailer.java-mail-sender=true"));

        assertThat(analysis.getDescription())
                .contains("mailer.java-mail-sender: is true, and JavaMail is not on the class path; add"
                        + " spring-boot-starter-mail");
    }

    @Test
    void a_database_that_cannot_be_reached() {
        FailureAnalysis own = analysis(runner -> runner.withPropertyValues(
                "mailer.transport=memory:", "mailer.store=jdbc:postgresql://127.0.0.1:1/none?user=a&password=secret"));
        assertThat(own.getDescription())
                .contains("mailer.store: the database cannot be reached")
                .doesNotContain("secret");
        assertThat(own.getAction()).startsWith("Start the database, or correct its address");

        FailureAnalysis shared =
                analysis(runner -> runner.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                        .withPropertyValues(
                                "mailer.transport=memory:",
                                "spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none?user=a",
                                "spring.datasource.hikari.connection-timeout=500"));
        assertThat(shared.getDescription())
                .contains("mailer.store: with the DataSource 'dataSource', the database cannot be reached");
        assertThat(shared.getAction()).contains("spring.datasource.url");
    }

    @Test
    void an_address_that_is_no_store() {
        FailureAnalysis analysis = analysis(
                runner -> runner.withPropertyValues("mailer.transport=memory:", "mailer.store=mongodb://host/db"));

        assertThat(analysis.getDescription()).contains("mailer.store: 'mongodb:' is not a store; known are memory");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_data_source_that_is_one_database_or_another(boolean lazy) {
        FailureAnalysis analysis = analysis(runner -> runner.withPropertyValues("mailer.transport=memory:")
                .withBean(
                        "tenants",
                        DataSource.class,
                        () -> lazy ? new LazyConnectionDataSourceProxy(routing()) : routing()));

        assertThat(analysis.getDescription())
                .isEqualTo(
                        "The mailer could not be started. mailer.data-source: 'tenants' is an AbstractRoutingDataSource,"
                                + " which gives a connection of one database or another, and the ledger has to be in one; name a"
                                + " DataSource bean that is one database, or set a store");
        assertThat(analysis.getAction())
                .isEqualTo(
                        "Set mailer.data-source to the name of a DataSource bean that is one database, or mailer.store to"
                                + " the address of one.");
    }

    private static DataSource routing() {
        AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {
            @Override
            protected Object determineCurrentLookupKey() {
                return "one";
            }
        };
        routing.setTargetDataSources(Map.of("one", new PGSimpleDataSource()));
        routing.afterPropertiesSet();
        return routing;
    }

    private static FailureAnalysis analysis(UnaryOperator<ApplicationContextRunner> settings) {
        FailureAnalysis[] found = new FailureAnalysis[1];
        settings.apply(new ApplicationContextRunner()
                        .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class)))
                .run(context -> found[0] = new MailerStartFailureAnalyzer().analyze(context.getStartupFailure()));
        assertThat(found[0]).isNotNull();
        return found[0];
    }
}
