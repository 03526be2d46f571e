// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpTransportFactoryTest {
    @Test
    void the_service_loader_finds_it() {
        assertThat(ServiceLoader.load(TransportFactory.class)).hasAtLeastOneElementOfType(SmtpTransportFactory.class);
    }

    @ParameterizedTest
    @CsvSource({
        "smtp://relay.example.com, smtp://relay.example.com:25",
        "smtp://jo:pw@relay.example.com, smtp://relay.example.com:587",
        "smtp://jo@relay.example.com?secret=x, smtp://relay.example.com:587",
        "smtp://jo:pw@relay.example.com:2525/, smtp://relay.example.com:2525",
        "smtps://relay.example.com, smtps://relay.example.com:465",
        "smtp://[2001:db8::1], smtp://[2001:db8::1]:25",
        "lmtp://localhost, lmtp://localhost:24"
    })
    void ports_have_defaults(String uri, String name) {
        assertThat(read(uri).endpoint().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "smtp://h, OPPORTUNISTIC",
        "smtp://jo:pw@h, REQUIRED",
        "smtp://h?tls=required, REQUIRED",
        "smtp://h?tls=never, NEVER",
        "smtp://jo:pw@localhost?tls=never, NEVER",
        "smtp://jo:pw@127.1.2.3?tls=never, NEVER",
        "smtp://jo:pw@[::1]?tls=never, NEVER",
        "smtps://h, REQUIRED"
    })
    void tls_follows_from_the_credentials(String uri, TlsPolicy policy) {
        assertThat(read(uri).tls()).isEqualTo(policy);
    }

    @Test
    void durations_and_counts_are_read() {
        SmtpSettings settings = read("smtp://h?connectTimeout=1500ms&readTimeout=2m&dotTimeout=PT1H&idleTimeout=5s"
                + "&connections=3&maxMessagesPerConnection=9&maxConnectionAge=2m&maxRecipients=50&ehlo=[192.0.2.1]");

        assertThat(settings.timeouts().connect()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(settings.timeouts().read()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.timeouts().dot()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.timeouts().write()).isEqualTo(Duration.ofMinutes(3));
        assertThat(settings.pool())
                .isEqualTo(new PoolLimits(3, 9, Duration.ofMinutes(2), Duration.ofSeconds(5), PoolLimits.PATIENT));
        assertThat(settings.maxRecipients()).isEqualTo(50);
        assertThat(settings.ehlo()).isEqualTo("[192.0.2.1]");
    }

    /** None is less than RFC 5321 §4.5.3.2 asks of a reply, a block and the final dot; the reply to DATA counts as any. */
    @Test
    void times_have_defaults() {
        for (String uri : List.of("smtp://h", "smtps://jo:pw@h", "lmtp://h")) {
            assertThat(read(uri).timeouts())
                    .isEqualTo(new Timeouts(
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(30),
                            Duration.ofMinutes(5),
                            Duration.ofMinutes(3),
                            Duration.ofMinutes(10),
                            Duration.ofMinutes(30)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "smtp://h?tsl=required | unknown option 'tsl'; known are ",
                "smtp://h?tls=on | option 'tls' is 'on'; expected required or opportunistic or never",
                "smtp://jo:pw@h?auth=cram | option 'auth' is 'cram'; expected scram-sha-256 or plain or login or cram-md5 or oauthbearer or xoauth2",
                "smtp://h?auth=plain | option 'auth' needs a user and a password",
                "smtp://h?readTimeout=5 | option 'readTimeout' is '5'; expected a duration like 30s, 5m or PT30S, from 1ms to 24h",
                "smtp://h?readTimeout=0s | option 'readTimeout' is '0s'; expected a duration like",
                "smtp://h?readTimeout=25h | option 'readTimeout' is '25h'; expected a duration like",
                "smtp://h?readTimeout=-PT5S | option 'readTimeout' is '-PT5S'; expected a duration like",
                "smtp://h?connections=0 | option 'connections' is '0'; expected a number from 1 to 10000",
                "smtp://h?connections=x | option 'connections' is 'x'; expected a number from 1 to 10000",
                "smtp://h/inbox | a path is not expected behind the host",
                "smtp://jo@h | there is a user and no password; add ':password' to the user, or option 'secret'",
                "smtp://:pw@h | there is a password and no user; expected smtp://user@host?secret=NAME",
                "smtp://h?secret=x | there is a password and no user; expected smtp://user@host?secret=NAME",
                "smtp://jo:pw@h?secret=x | both a password and option 'secret' are given",
                "smtp://jo:pw@h?secretFile=/x | both a password and option 'secretFile' are given",
                "smtp://jo@h?secret=x&secretFile=/x | both option 'secret' and option 'secretFile' are given",
                "smtp://h?secretFile=/x | there is a password and no user; expected smtp://user@host?secret=NAME",
                "smtp://j%0d%0ao:pw@h | the user holds a control character",
                "smtp://h?ehlo=a%0d%0ab | the option 'ehlo' holds a control character",
                "smtp://h?ehlo=a%20b | the name for EHLO is neither a host name nor an address literal; set option 'ehlo'",
                "smtp://h?dsn=always | option 'dsn' is 'always'; expected never, or some of success,failure,delay",
                "smtp://h?dsn=delay,delay | option 'dsn' is 'delay,delay'; expected never, or some of",
                "smtp://h?dsnReturn=all | option 'dsnReturn' is 'all'; expected headers or full",
                "smtp://h?ip=6 | option 'ip' is '6'; expected both or ipv4 or ipv6 or ipv4first or ipv6first",
                "smtp://h?chunking=yes | option 'chunking' is 'yes'; expected offered or never",
                "smtp://h?sourceAddress=here | option 'sourceAddress' is 'here'; expected addresses of this machine such as",
                "smtp://h?sourceAddress=127.0.0.1*0 | option 'sourceAddress' is '127.0.0.1*0'; expected addresses of this machine",
                "smtp://h?sourceAddress=127.0.0.1*2,,127.0.0.2 | option 'sourceAddress' is '127.0.0.1*2,,127.0.0.2'; expected addresses",
                "smtp://h?sourceAddress=127.0.0.1,127.0.0.1*2 | expected each address once, 64 at most",
                "smtp://h?proxy=ftp://jo:pw@p | option 'proxy' is 'ftp://***'; expected socks5://user:password@host:port or http://…",
                "smtp://h?proxy=jo:pw@p | option 'proxy' is 'jo://***'; expected socks5://user:password@host:port or http://…",
                "smtps://h?tls=never | smtps is always encrypted; leave option 'tls' out, or use smtp",
                "smtp://jo:pw@h?tls=never | tls=never would send the password in clear text; leave it out, or use a loopback host"
            })
    void what_is_wrong_is_said(String uri, String problem) {
        assertThatThrownBy(() -> read(uri))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("pw");
    }

    private static SmtpSettings read(String uri) {
        return SmtpSettings.of(TransportUri.parse(uri), new Context());
    }

    static final class Context implements TransportContext {
        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public RandomGenerator random() {
            return RandomGenerator.getDefault();
        }

        @Override
        public ThreadFactory threads() {
            return Thread::new;
        }

        @Override
        public SecretSource secrets() {
            return name -> Secret.of(name);
        }

        @Override
        public String hostName() {
            return "client.example.com";
        }
    }
}
