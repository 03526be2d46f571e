// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.tracking.TrackingEndpoint.Callers;
import dev.mailer.tracking.TrackingEndpoint.Parts;
import dev.mailer.tracking.internal.verdict.Judge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

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

    private final TrackingOptions options;
    private volatile @Nullable Installed installed;
    private volatile @Nullable LateScans scans;

    /** What the mailer has given. */
    private record Installed(DeliveryReports reports, InstantSource clock) {}

    TrackingPlugin(TrackingOptions options) {
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
        installed = new Installed(context.deliveryReports(), context.clock());
        TrackingMeters meters = new TrackingMeters(context);
        HitTokens tokens = new HitTokens(context.tokens());
        context.interceptor(
                new TrackedMail(options.urls(), options.switches(), options.rules(), options.parts(), tokens, meters));
        Duration wait = options.durability() == TrackingDurability.COMMITTED ? WAIT : null;
        HitRecorder recorder = new HitRecorder(context.deliveryReports(), meters, wait);
        HitIds ids = new HitIds();
        Judge judge = judge();
        LateScans late = new LateScans(
                context,
                judge,
                later -> recorder.recordAside(
                        HitDetail.later(ids.get(), later, context.clock().instant())),
                meters);
        scans = late;
        context.endpoint(new TrackingEndpoint(
                tokens,
                new Parts(judge, recorder, late),
                new Callers(new ClientAddress(options.proxies()), options.addresses(), context.clock(), ids),
                meters));
    }

    @Override
    public void close() {
        LateScans late = scans;
        if (late != null) {
            late.close();
        }
    }

    /**
     * Judges again what was opened and clicked in a time, by the rules as they are now, and appends an event {@code verdict} for each
     * hit that they see otherwise than before; nothing is changed. No verdict turns around because something is not kept that it was given by, such
     * as the address. Done twice, the second time appends nothing. Does a part at a time, of some hundred deliveries:
     *
     * <pre>{@code
     * long after = 0;
     * Rescored part;
     * do {
     *     part = plugin.rescore(mailer.events(), from, to, after);
     *     after = part.position();
     * } while (part.more());
     * }</pre>
     *
     * @param events of the mailer whose plugin this is
     * @param to not included
     * @param after where the part before ended; 0 for the first
     * @throws IllegalStateException the plugin is not installed
     * @throws dev.mailer.api.MailerUnavailableException the store cannot be read or written
     */
    public Rescored rescore(EventStore events, Instant from, Instant to, long after) {
        Installed given = installed;
        if (given == null) {
            throw new IllegalStateException("the plugin is not installed");
        }
        Rescoring.Span span = new Rescoring.Span(from, to, given.clock.instant());
        return new Rescoring(events, given.reports, judge(), span).part(after);
    }

    private Judge judge() {
        return new Judge(options.scanners(), options.soon());
    }

    /**
     * What a part of judging again gave.
     *
     * @param hits how many were judged
     * @param changed how many verdicts were appended
     * @param position where it ended in the feed
     * @param more there is another part
     */
    public record Rescored(int hits, int changed, long position, boolean more) {}
}
