// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.core.internal.template.TemplateSource;
import dev.mailer.core.internal.template.VelocityTemplates;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What is paid for a page with styles that are inlined, and for a text part that is made of it. */
final class FinishedPages {
    private final VelocityTemplates templates;

    FinishedPages(VelocityTemplates templates) {
        this.templates = templates;
    }

    void measure(Session session) {
        Figures figures = new Figures();
        for (int kilobytes : new int[] {8, 80}) {
            String page = page(kilobytes);
            String styles = "<style>" + css(kilobytes / 2 + 30) + "</style>";
            Map<String, TemplateSource> cases = Map.of(
                    "a: neither", TemplateSource.of("p" + kilobytes, null, "", page),
                    "b: text", TemplateSource.of("t" + kilobytes, null, null, page),
                    "c: styles", TemplateSource.of("s" + kilobytes, null, "", styles + page),
                    "d: styles and text", TemplateSource.of("st" + kilobytes, null, null, styles + page));
            cases.keySet().stream().sorted().forEach(name -> {
                TemplateSource source = Objects.requireNonNull(cases.get(name));
                micros(source, 4);
                for (int round = 0; round < session.rounds(); round++) {
                    figures.add(kilobytes + " kB, " + name, "µs/mail", micros(source, 1));
                }
            });
        }
        figures.print("finishing a page");
    }

    private double micros(TemplateSource source, int seconds) {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        int n = 0;
        while (System.nanoTime() < end) {
            Objects.requireNonNull(
                    templates.render(source, null, Map.of("name", "Jo")).html());
            n++;
        }
        return (System.nanoTime() - start) / 1e3 / n;
    }

    /** Tables, as mail has them, with classes on most elements. */
    private static String page(int kilobytes) {
        StringBuilder page = new StringBuilder("<html><body class=\"c0\"><table class=\"c1 c2\">\n");
        for (int i = 0; page.length() < kilobytes * 1_000; i++) {
            page.append("<tr><td class=\"c")
                    .append(i % 40)
                    .append("\"><p class=\"c3\">Hello $name, this is <b>number ")
                    .append(i)
                    .append("</b> and <a class=\"c4\" href=\"https://example.com/")
                    .append(i)
                    .append("\">its link</a>.</p></td></tr>\n");
        }
        return page.append("</table></body></html>").toString();
    }

    private static String css(int rules) {
        StringBuilder css = new StringBuilder("@media (max-width: 600px) { .c1 { width: 100% !important } }\n");
        for (int i = 0; i < rules; i++) {
            css.append(i % 5 == 0 ? "table td.c" : ".c")
                    .append(i)
                    .append(" { color: #333; padding: ")
                    .append(i)
                    .append("px; font: 14px/1.4 sans-serif }\n");
        }
        return css.append("a:hover { color: red }\np { margin: 0 0 1em }\n").toString();
    }
}
