// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.tracking.unsubscribe.PreferenceView.Choice;
import dev.mailer.tracking.unsubscribe.PreferenceView.Done;
import dev.mailer.tracking.unsubscribe.PreferenceView.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mailer's own pages: no script, one style sheet within the page, in the language of the reader. Immutable. */
final class ThemedPages implements PreferencePages {
    private static final String PAGE = """
            <!doctype html>
            <html lang="{}" dir="{}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex, nofollow">
            <meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">
            <title>{}</title>
            <style>{}</style>
            </head>
            <body>
            {}
            <main>
            <h1>{}</h1>
            {}
            </main>
            {}
            </body>
            </html>
            """;

    private static final String ONE = """
            <form method="post">
            <button type="submit" name="action" value="{}">{}</button>
            </form>
            """;

    private static final String ALL = """
            <p>{}</p>
            <form method="post">
            <fieldset>
            <legend>{}</legend>
            {}</fieldset>
            <button type="submit" name="action" value="save">{}</button>
            <button type="submit" class="second" name="action" value="none">{}</button>
            </form>
            """;

    private static final String BOX = """
            <label><input type="checkbox" name="stream" value="{}"{}> <bdi>{}</bdi>{}</label>
            <input type="hidden" name="shown" value="{}">
            """;

    private static final PageHtml CHECKED = PageHtml.trusted(" checked");

    private final String language;
    private final Drawn common;
    private final Map<String, Drawn> ofTenants = new LinkedHashMap<>();

    /** A theme with its style sheet. */
    private record Drawn(PageTheme theme, PageStyle style) {
        static Drawn of(PageTheme theme) {
            return new Drawn(theme, PageStyle.of(theme));
        }
    }

    /** @param language for readers of none that there are texts in */
    ThemedPages(String language, PageTheme common, Map<String, PageTheme> ofTenants) {
        this.language = language;
        this.common = Drawn.of(common);
        ofTenants.forEach((tenant, theme) -> this.ofTenants.put(tenant, Drawn.of(theme)));
    }

    @Override
    public Page page(PreferenceView view) {
        Drawn drawn = ofTenants.getOrDefault(view.tenant(), common);
        PageTexts texts = PageTexts.of(view.languages(), language);
        String title = switch (view.kind()) {
            case UNSUBSCRIBE -> "unsubscribe.title";
            case PREFERENCES -> "preferences.title";
            case NOT_FOUND -> "missing.title";
            case UNAVAILABLE -> "away.title";
        };
        PageHtml content = switch (view.kind()) {
            case UNSUBSCRIBE -> one(view, texts);
            case PREFERENCES -> all(view, texts);
            case NOT_FOUND -> PageHtml.of("<p>{}</p>", texts.get("missing.text"));
            case UNAVAILABLE -> PageHtml.of("<p>{}</p>", texts.get("away.text"));
        };
        PageHtml page = PageHtml.of(
                PAGE,
                texts.language(),
                texts.direction(),
                texts.get(title),
                drawn.style.sheet(),
                header(drawn.theme),
                texts.get(title),
                content,
                footer(drawn.theme));
        return new Page(page.toString(), drawn.style.source(), drawn.theme.logoOrigin());
    }

    private static PageHtml header(PageTheme theme) {
        String logo = theme.logo();
        if (logo != null) {
            return PageHtml.of("<header><img src=\"{}\" alt=\"{}\"></header>", logo, theme.title());
        }
        return theme.title().isEmpty() ? PageHtml.EMPTY : PageHtml.of("<header><bdi>{}</bdi></header>", theme.title());
    }

    private static PageHtml footer(PageTheme theme) {
        return theme.footer().isEmpty()
                ? PageHtml.EMPTY
                : PageHtml.of("<footer><bdi>{}</bdi></footer>", theme.footer());
    }

    private static PageHtml one(PreferenceView view, PageTexts texts) {
        Choice choice = view.choices().get(0);
        Map<String, String> words = Map.of("address", view.address(), "list", choice.title());
        PageHtml form = switch (choice.state()) {
            case SUBSCRIBED -> PageHtml.of(ONE, "unsubscribe", texts.get("unsubscribe.button"));
            case UNSUBSCRIBED -> PageHtml.of(ONE, "subscribe", texts.get("subscribe.button"));
        };
        PageHtml said = switch (choice.state()) {
            case SUBSCRIBED ->
                view.done() == Done.SUBSCRIBED
                        ? choice.isBlocked() ? PageHtml.EMPTY : status(texts.get("subscribe.done", words))
                        : PageHtml.of("<p>{}</p>", texts.get("unsubscribe.question", words));
            case UNSUBSCRIBED -> status(texts.get("unsubscribe.done", words));
        };
        PageHtml blocked = choice.isBlocked() ? status(texts.get("stream.blocked", words)) : PageHtml.EMPTY;
        return PageHtml.join(List.of(
                said,
                blocked,
                form,
                PageHtml.of("<p><a href=\"{}\">{}</a></p>", view.link(), texts.get("preferences.link"))));
    }

    private static PageHtml all(PreferenceView view, PageTexts texts) {
        PageHtml saved = view.done() == Done.NOTHING ? PageHtml.EMPTY : status(texts.get("preferences.saved"));
        if (view.choices().isEmpty()) {
            return PageHtml.join(List.of(saved, PageHtml.of("<p>{}</p>", texts.get("preferences.empty"))));
        }
        List<PageHtml> boxes = new ArrayList<>();
        for (Choice choice : view.choices()) {
            boxes.add(PageHtml.of(
                    BOX,
                    choice.stream(),
                    choice.state() == State.SUBSCRIBED ? CHECKED : PageHtml.EMPTY,
                    choice.title(),
                    choice.isBlocked()
                            ? PageHtml.of(" <small>({})</small>", texts.get("preferences.blocked"))
                            : PageHtml.EMPTY,
                    choice.stream()));
        }
        PageHtml form = PageHtml.of(
                ALL,
                texts.get("preferences.intro", Map.of("address", view.address())),
                texts.get("preferences.streams"),
                PageHtml.join(boxes),
                texts.get("preferences.save"),
                texts.get("preferences.none"));
        return PageHtml.join(List.of(saved, form));
    }

    /** Read out when the page comes. */
    private static PageHtml status(PageHtml text) {
        return PageHtml.of("<p role=\"status\">{}</p>", text);
    }
}
