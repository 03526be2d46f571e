// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.tracking.HitTokens.Target;
import dev.mailer.tracking.internal.rewrite.HtmlLinks;
import dev.mailer.tracking.internal.rewrite.TextLinks;
import dev.mailer.tracking.internal.rewrite.UtmParameters;
import dev.mailer.tracking.internal.rewrite.WebUrl;
import dev.mailer.tracking.internal.verdict.Hit;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the pixel and the links that lead over us into mail that is to be tracked; finished mail stays as it was given. */
final class TrackedMail implements SendInterceptor {
    /** Most links of one mail; those behind stay as they are. */
    static final int MAX_LINKS = 2_000;

    /** A header of Postal's clients: {@code skip} is as both switches off. */
    private static final String SKIP = "X-AMP";

    private final PublicUrls urls;
    private final Switches switches;
    private final LinkRules rules;
    private final Parts parts;
    private final HitTokens tokens;
    private final TrackingMeters meters;

    /** What else belongs to it. */
    record Parts(boolean text, boolean trap, UtmParameters utm) {}

    TrackedMail(
            PublicUrls urls, Switches switches, LinkRules rules, Parts parts, HitTokens tokens, TrackingMeters meters) {
        this.urls = urls;
        this.switches = switches;
        this.rules = rules;
        this.parts = parts;
        this.tokens = tokens;
        this.meters = meters;
    }

    @Override
    public boolean perRecipient(Draft draft) {
        return !draft.isRaw() && (tracksOpens(draft) || tracksClicks(draft));
    }

    @Override
    public boolean usuallyPerRecipient(String tenant, String stream) {
        return switches.any(tenant, stream);
    }

    private boolean tracksOpens(Draft draft) {
        return switches.opens(draft) && !isSkipped(draft);
    }

    private boolean tracksClicks(Draft draft) {
        return switches.clicks(draft) && !isSkipped(draft);
    }

    private static boolean isSkipped(Draft draft) {
        return "skip".equalsIgnoreCase(draft.header(SKIP));
    }

    @Override
    public void edit(Draft draft) {
        boolean opens = tracksOpens(draft);
        boolean clicks = tracksClicks(draft);
        if (!opens && !clicks) {
            return;
        }
        if (draft.isRaw()) {
            meters.untracked("raw");
            return;
        }
        Links links = new Links(draft, clicks);
        String html = draft.html();
        if (html != null) {
            String edited = HtmlLinks.rewrite(html, links, links.atEnd(opens));
            if (!edited.equals(html)) {
                draft.html(edited);
            }
        }
        String text = draft.text();
        if (text != null && clicks && parts.text) {
            draft.text(TextLinks.rewrite(text, links));
        }
    }

    /** The links of one mail, counted as they come. */
    private final class Links implements HtmlLinks.Rewriting {
        private final Draft draft;
        private final Recipient recipient;
        private final boolean clicks;
        private final Set<String> unsubscribe;
        private final Map<String, String> utm;
        private int count;

        Links(Draft draft, boolean clicks) {
            this.draft = draft;
            this.recipient = draft.recipients().get(0);
            this.clicks = clicks;
            this.unsubscribe = LinkRules.unsubscribeLinks(draft);
            this.utm = parts.utm.of(draft);
        }

        @Override
        public @Nullable String apply(@Nullable String link) {
            WebUrl url = !clicks || link == null || count >= MAX_LINKS
                    ? null
                    : rules.tracked(draft.tenant(), unsubscribe, link);
            if (url == null) {
                return null;
            }
            String marked = UtmParameters.addTo(url.text(), utm);
            String target = WebUrl.parse(marked) != null ? marked : url.text();
            return address(Hit.Kind.CLICK, ++count, target);
        }

        String atEnd(boolean opens) {
            String pixel = opens
                    ? "<img src=\"" + written(Hit.Kind.OPEN)
                            + "\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">"
                    : "";
            String trap = clicks && parts.trap
                    ? "<a href=\"" + written(Hit.Kind.TRAP)
                            + "\" style=\"display:none\" aria-hidden=\"true\" tabindex=\"-1\"></a>"
                    : "";
            return trap + pixel;
        }

        private String written(Hit.Kind kind) {
            return address(kind, 0, "").replace("&", "&amp;");
        }

        private String address(Hit.Kind kind, int number, String target) {
            String token = tokens.token(kind, new Target(recipient.deliveryId(), draft.acceptedAt(), number, target));
            return urls.of(draft.tenant(), TrackingEndpoint.path(kind, token));
        }
    }
}
