// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** True where the dev mailbox is the way out: a transport says so, or the default mailer has none. */
final class MailboxCondition extends SpringBootCondition {
    /** The name of the plugin's bean. */
    static final String BEAN = "mailerMailbox";

    /** The scheme alone or within {@code failover(…)} and {@code weighted(…)}; not a part of another's address. */
    private static final Pattern NAMES_MAILBOX = Pattern.compile("(?i)(?:^|[\\s(*])mailbox:");

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Binder binder = Binder.get(context.getEnvironment());
        String transport = binder.bind("mailer.transport", String.class).orElse("");
        List<String> all = new ArrayList<>(transports(binder, "mailer"));
        for (String name : binder.bind("mailer.mailers", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .keySet()) {
            all.addAll(transports(binder, "mailer.mailers." + name));
        }
        ConditionMessage.Builder message = ConditionMessage.forCondition("Mailer's development mailbox");
        if (all.stream().anyMatch(uri -> NAMES_MAILBOX.matcher(uri).find())) {
            return ConditionOutcome.match(message.because("a transport names it"));
        }
        if (transport.isEmpty() && SpringMailServer.of(context.getEnvironment()) == null) {
            return ConditionOutcome.match(message.because("no transport is set"));
        }
        return ConditionOutcome.noMatch(message.because("a transport is set"));
    }

    private static List<String> transports(Binder binder, String mailer) {
        List<String> all =
                new ArrayList<>(binder.bind(mailer + ".transports", Bindable.mapOf(String.class, String.class))
                        .orElse(Map.of())
                        .values());
        all.add(binder.bind(mailer + ".transport", String.class).orElse(""));
        return all;
    }
}
