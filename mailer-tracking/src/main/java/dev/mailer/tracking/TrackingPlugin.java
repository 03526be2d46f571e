// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.tracking.TrackingEndpoint.Callers;
import dev.mailer.tracking.internal.verdict.Judge;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Notices that mail is opened and that its links are clicked: puts a pixel and links of its own into mail for which that is
 * switched on, answers both at {@code /t}, and reports events {@code opened} and {@code clicked} with a verdict who it was. Nothing is
 * switched on by default. Each recipient gets a submission of its own. Thread-safe.
 *
 * <pre>{@code
 * builder.install(TrackingPlugin.builder()
 *         .publicUrls(PublicUrls.of("https://mail.example.com"))
 *         .stream("broadcast", s -> s.opens(true).clicks(true))
 *         .build());
 * }</pre>
 */
public final class TrackingPlugin implements MailerPlugin {
    /** Its name. */
    public static final String NAME = "tracking";
    /** How long an answer waits for its event to be committed, with {@link TrackingDurability#COMMITTED}. */
    static final Duration WAIT = Duration.ofSeconds(2);

    private final TrackingBuilder options;

    TrackingPlugin(TrackingBuilder options) {
        this.options = options;
    }

    public static TrackingBuilder builder() {
        return new TrackingBuilder();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void configure(PluginContext context) {
        TrackingMeters meters = new TrackingMeters(context);
        HitTokens tokens = new HitTokens(context.tokens());
        PublicUrls urls = options.publicUrls();
        context.interceptor(new TrackedMail(
                urls, options.switches(), new LinkRules(urls, options.excluded()), options.parts(), tokens, meters));
        Duration wait = options.durability() == TrackingDurability.COMMITTED ? WAIT : null;
        context.endpoint(new TrackingEndpoint(
                tokens,
                judge(),
                new HitRecorder(context.deliveryReports(), meters, wait),
                new Callers(
                        new ClientAddress(options.proxies()),
                        options.addresses(),
                        context.clock(),
                        () -> UUID.randomUUID().toString()),
                meters));
    }

    /**
     * Judges again what was opened and clicked in a time, by the rules as they are now, and appends an event {@code verdict} for each
     * hit that they see otherwise than before; nothing is changed. Done twice, the second time appends nothing.
     *
     * @param events of the mailer whose mail it was
     * @param reports of the same mailer
     * @param to not included
     * @throws IllegalArgumentException there are more than {@value Rescoring#MAX_HITS} hits; take a shorter time
     * @throws dev.mailer.api.MailerUnavailableException the store cannot be read or written
     */
    public Rescored rescore(EventStore events, DeliveryReports reports, Instant from, Instant to, Instant now) {
        return new Rescoring(events, reports, judge()).run(from, to, now);
    }

    private Judge judge() {
        return new Judge(options.scanners(), options.soon());
    }

    /**
     * What judging again gave.
     *
     * @param hits how many were judged
     * @param changed how many verdicts were appended
     */
    public record Rescored(int hits, int changed) {}
}
