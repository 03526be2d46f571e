// SPDX-License-Identifier: Apache-2.0
package dev.mailer.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceRule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The rules of the house, each a value, so that a test can show each one failing. */
final class ArchitectureRules {
    /** What each module may see of ours besides itself; the keys are packages below {@code dev.mailer}. */
    static final Map<String, Set<String>> EDGES = Map.ofEntries(
            entry("api", Set.of()),
            entry("core", Set.of("api")),
            entry("smtp", Set.of("api")),
            entry("tracking", Set.of("api")),
            entry("mailbox", Set.of("api")),
            entry("mjml", Set.of("api")),
            entry("providers", Set.of("api")),
            entry("redis", Set.of("api")),
            entry("smime", Set.of("api")),
            entry("webhooks", Set.of("api")),
            entry("processor", Set.of("api", "core")),
            entry("testkit", Set.of("api", "core", "mailbox")),
            entry(
                    "spring",
                    Set.of("api", "core", "smtp", "tracking", "mailbox", "providers", "redis", "smime", "webhooks")),
            entry("spring.test", Set.of("api", "core", "mailbox", "spring", "testkit")),
            entry(
                    "server",
                    Set.of("api", "core", "smtp", "tracking", "mailbox", "providers", "redis", "smime", "webhooks")));

    /** The one module whose package is below another's. */
    private static final String SPRING_TEST = "spring.test";

    private static final List<String> BANNED_ENDINGS =
            List.of("Impl", "Util", "Utils", "Helper", "Helpers", "Manager", "Processor", "Data", "Info");

    private ArchitectureRules() {}

    static ArchRule moduleEdges() {
        return classes().should(new ArchCondition<>("see only the modules that theirs may depend on") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                Set<String> allowed = EDGES.get(module(from));
                for (Dependency d : from.getDirectDependenciesFromSelf()) {
                    String to = module(d.getTargetClass());
                    boolean fits = to.isEmpty() || to.equals(module(from)) || (allowed != null && allowed.contains(to));
                    if (!fits) {
                        events.add(SimpleConditionEvent.violated(d, d.getDescription()));
                    }
                }
            }
        });
    }

    static ArchRule internalsStayInside() {
        return classes().should(new ArchCondition<>("not look into another module's internals") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                for (Dependency d : from.getDirectDependenciesFromSelf()) {
                    JavaClass to = d.getTargetClass();
                    boolean internal = (to.getPackageName() + ".").contains(".internal.");
                    if (!module(to).isEmpty() && internal && !module(to).equals(module(from))) {
                        events.add(SimpleConditionEvent.violated(d, d.getDescription()));
                    }
                }
            }
        });
    }

    /** One edge by the package it comes from and the class, with what is nested in it, that it leads to. */
    record Edge(String fromPackage, String toClass) {
        boolean leadsFrom(JavaClass c) {
            return c.getPackageName().equals(fromPackage);
        }

        boolean leadsTo(JavaClass c) {
            return c.getName().equals(toClass) || c.getName().startsWith(toClass + "$");
        }
    }

    /**
     * The edges that close a cycle today: what the builder makes implements an interface that users find beside the builder.
     * Nothing else is let through, and one that is gone must be taken off the list.
     */
    static final List<Edge> CYCLES_THAT_ARE_THERE = List.of(
            new Edge("dev.mailer.core.internal.engine", "dev.mailer.core.MailerEngine"),
            new Edge("dev.mailer.core.internal.engine", "dev.mailer.core.PersonalRecords"),
            new Edge("dev.mailer.core.internal.engine", "dev.mailer.core.TokenKeys"));

    /** Packages below a module's root, as slices. */
    static ArchRule noPackageCycles(String root) {
        SliceRule rule = slices().assignedFrom(new PackageSlices(root)).should().beFreeOfCycles();
        for (Edge edge : CYCLES_THAT_ARE_THERE) {
            rule = rule.ignoreDependency(
                    DescribedPredicate.describe("from " + edge.fromPackage(), edge::leadsFrom),
                    DescribedPredicate.describe("to " + edge.toClass(), edge::leadsTo));
        }
        return rule;
    }

    static ArchRule names() {
        return classes().should(new ArchCondition<>("be named by role or trait") {
            @Override
            public void check(JavaClass c, ConditionEvents events) {
                String name = c.getSimpleName();
                boolean banned = BANNED_ENDINGS.stream().anyMatch(name::endsWith)
                        || name.matches("I[A-Z][a-z].*")
                        || name.startsWith("Abstract");
                if (banned && !c.isAnonymousClass()) {
                    events.add(SimpleConditionEvent.violated(c, c.getFullName() + " has a name that says nothing"));
                }
            }
        });
    }

    static ArchRule onlySleeperSleeps() {
        return noClasses()
                .that(areNot("Sleeper"))
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class);
    }

    static ArchRule clocksAreInjected() {
        return noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(OffsetDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now");
    }

    static ArchRule noTestIsDisabled() {
        return classes().should(new ArchCondition<>("run all their tests") {
            @Override
            public void check(JavaClass c, ConditionEvents events) {
                Stream<JavaAnnotation<?>> all = Stream.concat(
                        c.getAnnotations().stream(),
                        c.getMethods().stream().map(JavaMethod::getAnnotations).flatMap(Set::stream));
                all.filter(a -> a.getRawType().getFullName().equals("org.junit.jupiter.api.Disabled"))
                        .forEach(a ->
                                events.add(SimpleConditionEvent.violated(c, c.getFullName() + " has a disabled test")));
            }
        });
    }

    /** The module of a class: the part of its package behind {@code dev.mailer}; empty for what is not ours. */
    static String module(JavaClass c) {
        String prefix = "dev.mailer.";
        JavaClass base = c.getBaseComponentType();
        String name = base.getPackageName() + ".";
        if (name.startsWith(prefix + SPRING_TEST + ".")) {
            return SPRING_TEST;
        }
        return name.startsWith(prefix) && name.length() > prefix.length()
                ? name.substring(prefix.length(), name.indexOf('.', prefix.length()))
                : "";
    }

    private static DescribedPredicate<JavaClass> areNot(String simpleName) {
        return DescribedPredicate.describe("are not " + simpleName, c -> {
            JavaClass outer = c;
            while (outer.getEnclosingClass().isPresent()) {
                outer = outer.getEnclosingClass().get();
            }
            return !outer.getSimpleName().equals(simpleName);
        });
    }
}
