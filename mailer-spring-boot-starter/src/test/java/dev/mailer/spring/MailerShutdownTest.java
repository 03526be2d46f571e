// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SimpleTransport;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.core.MemoryTransport;
import dev.mailer.core.Stores;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class MailerShutdownTest {
    @Test
    void what_the_last_request_sends_is_accepted_and_is_sent_or_kept_when_the_data_source_closes() throws Exception {
        String url = Postgres.nextUrl();
        ConfigurableApplicationContext app = SpringApplication.run(
                App.class,
                "--server.port=0",
                "--server.shutdown=graceful",
                "--spring.datasource.url=" + url,
                "--spring.main.banner-mode=off",
                "--spring.flyway.enabled=false");
        App shop = app.getBean(App.class);
        Watching transport = app.getBean(Watching.class);
        CompletableFuture<HttpResponse<String>> order = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://localhost:"
                                        + app.getEnvironment().getProperty("local.server.port") + "/order"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        shop.arrived.await();
        Thread closing = new Thread(app::close);
        closing.start();
        while (!app.isClosed()) {
            Thread.onSpinWait();
        }
        shop.goOn.countDown();
        closing.join(Duration.ofSeconds(60).toMillis());

        assertThat(order.join().statusCode()).isEqualTo(200);
        assertThat(closing.isAlive()).isFalse();
        assertThat(transport.closedBeforeTheDataSource).isTrue();
        try (OutboxStore ledger = Stores.open(url, InstantSource.system())) {
            MessageStatus accepted = ledger.find(MessageId.of(order.join().body()));
            assertThat(accepted).isNotNull();
            assertThat(accepted.isSent())
                    .as("sent, or kept for the next start")
                    .isEqualTo(!transport.kept.sent().isEmpty());
        }
    }

    /** Keeps what it is given, and looks at the DataSource when it is closed. */
    static final class Watching implements SimpleTransport {
        private final HikariDataSource source;
        private final MemoryTransport kept = new MemoryTransport();
        private volatile boolean closedBeforeTheDataSource;

        Watching(HikariDataSource source) {
            this.source = source;
        }

        @Override
        public String name() {
            return "watching";
        }

        @Override
        public TransportCapabilities capabilities() {
            return kept.capabilities();
        }

        @Override
        public Outcome sendOne(Submission submission) {
            return kept.sendOne(submission);
        }

        @Override
        public void close() {
            closedBeforeTheDataSource |= !source.isClosed();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class App {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final ObjectProvider<Mailer> mailer;

        App(ObjectProvider<Mailer> mailer) {
            this.mailer = mailer;
        }

        @GetMapping("/order")
        String order() throws InterruptedException {
            arrived.countDown();
            goOn.await();
            return mailer.getObject()
                    .send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("Your order")
                            .text("Thank you!"))
                    .id()
                    .toString();
        }

        @Bean(destroyMethod = "")
        Watching transport(DataSource source) {
            return new Watching((HikariDataSource) source);
        }
    }
}
