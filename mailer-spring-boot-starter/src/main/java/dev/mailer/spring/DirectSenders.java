// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.spring.javamail.OutboxMailSender;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.mail.MailSender;

/** Names, at the start, the senders of the application's own that go past the outbox, although the properties ask for one over it. */
final class DirectSenders implements SmartInitializingSingleton {
    private static final Logger log = LoggerFactory.getLogger(DirectSenders.class);

    private final ApplicationContext context;

    DirectSenders(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> direct = Stream.of(context.getBeanNamesForType(MailSender.class, true, false))
                .filter(this::isDirect)
                .toList();
        if (!direct.isEmpty()) {
            log.warn(
                    "mailer.java-mail-sender is true, and mail of {} goes past the outbox all the same: the application has"
                            + " a sender of its own; remove that bean to get the one over the outbox",
                    direct);
        }
    }

    private boolean isDirect(String name) {
        Class<?> type = context.getType(name);
        return type == null || !OutboxMailSender.class.isAssignableFrom(type);
    }
}
