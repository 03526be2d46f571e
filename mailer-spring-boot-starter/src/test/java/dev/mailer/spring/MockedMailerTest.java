// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mockingDetails;

import dev.mailer.api.Mailer;
import dev.mailer.spring.actuate.MailerEndpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** An application's own test with a mock in the place of the mailer, in a web application with the actuator. */
@SpringBootTest(
        classes = MockedMailerTest.App.class,
        properties = {
            "spring.main.web-application-type=servlet",
            "spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "mailer.transport=smtp://127.0.0.1:9",
            "mailer.store=memory",
            "mailer.java-mail-sender=true",
            "mailer.mailers.billing.transport=smtp://127.0.0.1:9",
            "mailer.mailers.billing.store=memory",
            "management.endpoints.web.exposure.include=*",
        })
class MockedMailerTest {
    @MockitoBean
    private Mailer mailer;

    @MockitoBean(name = "billingMailer")
    private Mailer billing;

    @Test
    void what_shows_the_mailer_does_without_it(
            @Autowired MailerEndpoint endpoint, @Autowired CompositeHealthContributor mailerHealthIndicator) {
        assertThat(mockingDetails(mailer).isMock()).isTrue();
        assertThat(mockingDetails(billing).isMock()).isTrue();
        assertThat(endpoint.queues()).isEqualTo(Map.of("mailers", Map.of()));
        assertThat(mailerHealthIndicator.stream()).isEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}
}
