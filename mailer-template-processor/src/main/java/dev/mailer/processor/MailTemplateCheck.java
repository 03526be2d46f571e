// SPDX-License-Identifier: Apache-2.0
package dev.mailer.processor;

import dev.mailer.api.MailTemplate;
import dev.mailer.core.Templates;
import dev.mailer.core.template.VariableReport;
import dev.mailer.core.template.VariableReport.Problem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Holds the template of each {@link MailTemplate} record to the record's components. What would fail when a mail is rendered is an
 * error of the compiler, a component that no file of the template uses is a warning.
 */
public final class MailTemplateCheck extends AbstractProcessor {
    /** Names the folders of templates, separated by commas. */
    static final String OPTION = "mailer.templates";
    /** What {@link SuppressWarnings} silences unused components with. */
    static final String UNUSED = "mailer.unused";
    /** What javac has in place of a value that does not compile. */
    private static final String UNRESOLVED = "<error>";

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of(MailTemplate.class.getName());
    }

    @Override
    public Set<String> getSupportedOptions() {
        return Set.of(OPTION);
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        for (TypeElement annotation : annotations) {
            for (Element element : round.getElementsAnnotatedWith(annotation)) {
                // The compiler tells what is wrong with an annotation; code that is being written often has one.
                String template = name(element);
                if (element instanceof TypeElement type && template != null) {
                    check(type, template);
                }
            }
        }
        return false;
    }

    /** The template that is named; null where that is no string, or cannot be known yet. */
    private static @Nullable String name(Element element) {
        for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
            if (isOurs(annotation)) {
                for (AnnotationValue value : annotation.getElementValues().values()) {
                    return value.getValue() instanceof String name && !name.equals(UNRESOLVED) ? name : null;
                }
            }
        }
        return null;
    }

    private static boolean isOurs(AnnotationMirror annotation) {
        return annotation.getAnnotationType().toString().equals(MailTemplate.class.getName());
    }

    private void check(TypeElement type, String template) {
        if (type.getKind() != ElementKind.RECORD) {
            error(
                    type,
                    null,
                    type.getSimpleName() + " is no record; @MailTemplate is for records, whose components are "
                            + "the variables");
            return;
        }
        RecordTypes types = new RecordTypes(processingEnv.getElementUtils(), processingEnv.getTypeUtils());
        TemplateRoots roots = new TemplateRoots(
                processingEnv.getFiler(), processingEnv.getOptions().get(OPTION));
        RecordTypes.Variables variables = types.variables(type);
        variables.refused().forEach(refused -> error(type, refused.component(), refused.reason()));
        Path root = roots.of(template);
        if (root == null) {
            error(
                    type,
                    null,
                    "there is no template '" + template + "', and no folder of templates at " + roots.lookedAt()
                            + "; name it with -A" + OPTION + "=FOLDER");
            return;
        }
        report(type, Templates.in(root).check(template, variables.structure()), root);
    }

    private void report(TypeElement type, VariableReport report, Path root) {
        for (Problem problem : report.errors()) {
            error(type, problem.variable(), problem.message() + " (templates in " + root + ")");
        }
        for (RecordComponentElement component : type.getRecordComponents()) {
            String name = component.getSimpleName().toString();
            if (report.unused().contains(name) && !silenced(component)) {
                processingEnv
                        .getMessager()
                        .printMessage(
                                Diagnostic.Kind.WARNING,
                                "no file of the template uses '" + name + "'; remove it, or silence this with "
                                        + "@SuppressWarnings(\"" + UNUSED + "\")",
                                field(type, name));
            }
        }
    }

    /** A component, as the compiler has a line for it. */
    private static @Nullable VariableElement field(TypeElement type, String name) {
        return ElementFilter.fieldsIn(type.getEnclosedElements()).stream()
                .filter(f -> f.getSimpleName().contentEquals(name))
                .findFirst()
                .orElse(null);
    }

    /** On the component, which hands it on to its accessor, or around it. */
    private static boolean silenced(RecordComponentElement component) {
        boolean silenced = silences(component.getAccessor());
        for (Element e = component; e != null && !silenced; e = e.getEnclosingElement()) {
            silenced = silences(e);
        }
        return silenced;
    }

    private static boolean silences(Element element) {
        SuppressWarnings suppressed = element.getAnnotation(SuppressWarnings.class);
        return suppressed != null && Arrays.asList(suppressed.value()).contains(UNUSED);
    }

    /** @param variable the component at fault; null when it is the template */
    private void error(TypeElement type, @Nullable String variable, String message) {
        VariableElement component = field(type, String.valueOf(variable));
        if (component != null) {
            processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, message, component);
            return;
        }
        for (AnnotationMirror annotation : type.getAnnotationMirrors()) {
            if (isOurs(annotation)) {
                AnnotationValue value =
                        annotation.getElementValues().values().iterator().next();
                processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, message, type, annotation, value);
            }
        }
    }
}
