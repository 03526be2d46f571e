// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.util.LinkedHashMap;
import java.util.List;
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

    /** Where recipients reach this application, such as https://mail.example.com; without it no mail has links to unsubscribe or is tracked. */
    private @Nullable String publicUrl;

    /** The same by tenant, for those with a domain of their own. */
    private Map<String, String> publicUrls = new LinkedHashMap<>();

    /** How recipients unsubscribe, by dev.mailer:mailer-tracking. */
    private @Nullable Unsubscribe unsubscribe;

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

    /**
     * How recipients unsubscribe.
     *
     * @param mailto Address that takes mail about unsubscribing, the second one in List-Unsubscribe.
     * @param streams What recipients may choose on the page of preferences, in this order; those with links by default.
     * @param titles What the pages call a stream, by its name.
     * @param language What the pages are in for readers of no language that there are texts in.
     * @param theme How the pages look.
     * @param themes How those of a tenant look, by its name, in place of all of the theme.
     */
    public record Unsubscribe(
            @Nullable String mailto,
            @Nullable List<String> streams,
            @Nullable Map<String, String> titles,
            @DefaultValue("en") String language,
            @Nullable Theme theme,
            @Nullable Map<String, Theme> themes) {}

    /**
     * How pages look.
     *
     * @param title Who writes, on top of the pages.
     * @param logo The https address of a picture there.
     * @param color The colour of buttons, as #rrggbb.
     * @param background What is around the text where a browser is not set to dark, as #rrggbb.
     * @param css File or class path location of a style sheet behind the pages' own.
     * @param footer A line below the pages, such as a postal address.
     */
    public record Theme(
            @Nullable String title,
            @Nullable String logo,
            @Nullable String color,
            @Nullable String background,
            @Nullable String css,
            @Nullable String footer) {}

    public @Nullable String getPublicUrl() {
        return publicUrl;
    }

    public void setPublicUrl(@Nullable String publicUrl) {
        this.publicUrl = publicUrl;
    }

    public Map<String, String> getPublicUrls() {
        return publicUrls;
    }

    public void setPublicUrls(Map<String, String> publicUrls) {
        this.publicUrls = publicUrls;
    }

    public @Nullable Unsubscribe getUnsubscribe() {
        return unsubscribe;
    }

    public void setUnsubscribe(@Nullable Unsubscribe unsubscribe) {
        this.unsubscribe = unsubscribe;
    }

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
