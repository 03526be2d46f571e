// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.template.VariableReport;
import dev.mailer.core.template.VariableReport.Problem;
import dev.mailer.core.template.VariableType.Structure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.velocity.Template;
import org.apache.velocity.runtime.parser.node.Node;
import org.jspecify.annotations.Nullable;

/** Holds all files of a template, in all its languages, to the types of its variables. Used once. */
public final class VariableCheck {
    private final TemplateFolder folder;
    private final TemplateListing listing;
    private final String template;
    private final Structure variables;
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> errors = new LinkedHashSet<>();
    /** By name of the variable. */
    private final Map<String, String> taken = new LinkedHashMap<>();

    public VariableCheck(Path root, String template, Structure variables) {
        this.folder = new TemplateFolder(root, InstantSource.system(), Duration.ZERO);
        this.listing = new TemplateListing(root);
        this.template = template;
        this.variables = variables;
    }

    public VariableReport report() {
        try {
            if (listing.names().contains(template)) {
                check(null);
                listing.tags(template).forEach(tag -> check(Locale.forLanguageTag(tag)));
            } else {
                errors.add("there is no template '" + template + "'" + Nearest.hint(template, listing.names()));
            }
        } catch (InvalidEmailException e) {
            errors.add(PlainUberspector.withoutField(e));
        }
        List<Problem> problems = new ArrayList<>();
        errors.forEach(error -> problems.add(new Problem(error, null)));
        taken.forEach((name, error) -> problems.add(new Problem(error, name)));
        Set<String> unused = new LinkedHashSet<>(variables.parts().keySet());
        unused.removeAll(used);
        return new VariableReport(problems, problems.isEmpty() ? unused : Set.of());
    }

    private void check(@Nullable Locale locale) {
        if (!listing.has(template, locale)) {
            return;
        }
        try {
            check(folder.current(template, locale), locale);
        } catch (InvalidEmailException e) {
            errors.add(PlainUberspector.withoutField(e));
        }
    }

    private void check(TemplateSource source, @Nullable Locale locale) {
        CompiledTemplate compiled = new CompiledTemplate(source, null);
        for (String name : variables.parts().keySet()) {
            String why = compiled.taken(name);
            if (why != null) {
                taken.put(name, why);
            }
        }
        MessagesTool messages = new MessagesTool(source.messages(), locale == null ? Locale.ENGLISH : locale);
        compiled.eachPage((part, layout) -> {
            List<Node> trees = layout == null ? List.of(tree(part)) : List.of(tree(part), tree(layout));
            PageNames names = new PageNames(variables, used, trees);
            walk(part, false, source, messages, names);
            if (layout != null) {
                walk(layout, true, source, messages, names);
            }
        });
    }

    private void walk(Template file, boolean layout, TemplateSource source, MessagesTool messages, PageNames names) {
        SourceFile content = source.files().values().stream()
                .filter(f -> f.path().equals(file.getName()))
                .findFirst()
                .orElseThrow();
        References references = new References(content, layout, messages, errors);
        new ReferenceCheck(names, references, tree(file)).type(tree(file));
    }

    private static Node tree(Template file) {
        return (Node) file.getData();
    }
}
