// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code mailer.*}: those of the default mailer, those of further ones by name, and what belongs to the application. A
 * name that is none is an error.
 */
@ConfigurationProperties(prefix = MailerProperties.PREFIX, ignoreUnknownFields = false)
public class MailerProperties extends MailerSettings {
    static final String PREFIX = "mailer";

    /** Whether to make a mailer. */
    private boolean enabled = true;

    /** Further mailers by name, each with a ledger of its own; injected by @Qualifier(name). */
    private Map<String, MailerSettings> mailers = new LinkedHashMap<>();

    /** Whether a JavaMailSender bean puts its mail on the outbox of the default mailer. */
    private boolean javaMailSender;

    private Health health = new Health(false);
    private Mailbox mailbox = new Mailbox("/mailbox", false, null);

    /**
     * The health indicator.
     *
     * @param required Whether the application is down when it cannot accept or send mail.
     */
    public record Health(@DefaultValue("false") boolean required) {}

    /**
     * The development mailbox.
     *
     * @param path Where its pages are.
     * @param open Whether others than this machine may see them.
     * @param maxMessages Mails that are kept.
     */
    public record Mailbox(
            @DefaultValue("/mailbox") String path,
            @DefaultValue("false") boolean open,
            @Nullable Integer maxMessages) {}

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public Map<String, MailerSettings> getMailers() {
        return mailers;
    }

    public void setMailers(Map<String, MailerSettings> mailers) {
        this.mailers = mailers;
    }

    public boolean isJavaMailSender() {
        return javaMailSender;
    }

    public void setJavaMailSender(boolean javaMailSender) {
        this.javaMailSender = javaMailSender;
    }

    public Health getHealth() {
        return health;
    }

    public void setHealth(Health health) {
        this.health = health;
    }

    public Mailbox getMailbox() {
        return mailbox;
    }

    public void setMailbox(Mailbox mailbox) {
        this.mailbox = mailbox;
    }
}
