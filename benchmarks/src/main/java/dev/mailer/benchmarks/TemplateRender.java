// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.core.internal.template.TemplateSource;
import dev.mailer.core.internal.template.VelocityTemplates;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What keeping a parsed template is worth: 8 kB of HTML, 20 variables, 30 rows, every value escaped. */
final class TemplateRender implements Benchmark {
    private static final int VARIABLES = 20;
    private static final int ROWS = 30;
    private static final int SIZE = 8_000;

    @Override
    public void run(Session session) throws Exception {
        VelocityTemplates templates =
                new VelocityTemplates(session.scratch(), InstantSource.system(), Duration.ofSeconds(1));
        String html = html();
        TemplateSource source = TemplateSource.of("order", "Your order $v0", "", html);
        Map<String, @Nullable Object> variables = variables();
        IntFunction<Rendered> cached = i -> templates.render(source, null, variables);
        // The cache knows a template by name and version, so a new version each time is parsed each time.
        IntFunction<Rendered> parsed = i -> templates.render(
                new TemplateSource("order", "v" + i, source.files(), source.messages()), null, variables);
        String rendered = templates.render(source, null, variables).html();
        if (rendered == null || !rendered.contains("a &lt;b&gt; &amp; c")) {
            throw new IllegalStateException("the values are not escaped");
        }
        Figures figures = new Figures();
        rate(cached, 2);
        rate(parsed, 3);
        for (int round = 0; round < session.rounds(); round++) {
            figures.add("cached", "renders/s", rate(cached, session.isQuick() ? 1 : 2));
            figures.add("parsed each time", "renders/s", rate(parsed, session.isQuick() ? 1 : 2));
        }
        figures.addRatios("cached", "parsed each time", "renders/s", "ratio");
        figures.print("template: " + html.length() + " characters of source, " + rendered.length() + " rendered");
        new FinishedPages(templates).measure(session);
        session.result("template", figures.median("cached", "ratio"), ">=", 8);
    }

    private int count;
    /** What is printed here was rendered. Looking at each character, as a hash does, would cost a tenth of a cached rendering. */
    private volatile long characters;

    private double rate(IntFunction<Rendered> render, int seconds) {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        int n = 0;
        long length = 0;
        while (System.nanoTime() < end) {
            length += Objects.requireNonNull(render.apply(count++).html()).length();
            n++;
        }
        characters = length;
        return n * 1e9 / (System.nanoTime() - start);
    }

    private static String html() {
        StringBuilder html = new StringBuilder("<!doctype html>\n<html><body>\n<h1>Dear $v0</h1>\n");
        for (int i = 1; i < VARIABLES; i++) {
            html.append("<p style=\"font:14px/1.4 sans-serif;color:#333\">Fact ")
                    .append(i)
                    .append(" about your order is: $v")
                    .append(i)
                    .append(" - and that is all about it.</p>\n");
        }
        html.append("#if($v1)<p>Thank you for coming back.</p>#else<p>Welcome.</p>#end\n<table>\n")
                .append("#foreach($row in $rows)\n<tr><td>$foreach.count</td><td>$row.name</td><td>$row.amount</td>")
                .append("<td>$row.price EUR</td></tr>\n#end\n</table>\n");
        while (html.length() < SIZE) {
            html.append(
                    "<p>These are the terms that apply to every order with us, as ever, and nobody reads them.</p>\n");
        }
        return html.append("</body></html>\n").toString();
    }

    private static Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> variables = new HashMap<>();
        for (int i = 0; i < VARIABLES; i++) {
            variables.put("v" + i, i == 2 ? "a <b> & c" : "value number " + i);
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(Map.of("name", "Thing \"" + i + "\"", "amount", i, "price", "19.90"));
        }
        variables.put("rows", rows);
        return variables;
    }
}
