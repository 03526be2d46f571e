// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.ResourceUtils;

/** Takes the templates into a native image that the properties have on the class path when it is built. */
final class TemplatesAheadOfTime implements BeanFactoryInitializationAotProcessor {
    @Override
    public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
            ConfigurableListableBeanFactory beans) {
        List<String> patterns =
                patterns(beans.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class));
        return patterns.isEmpty()
                ? null
                : (context, code) -> patterns.forEach(
                        pattern -> context.getRuntimeHints().resources().registerPattern(pattern));
    }

    private static List<String> patterns(Environment environment) {
        Binder binder = Binder.get(environment);
        List<String> locations = new ArrayList<>();
        binder.bind("mailer.templates", String.class).ifBound(locations::add);
        binder.bind("mailer.mailers", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .keySet()
                .forEach(name -> binder.bind("mailer.mailers." + name + ".templates", String.class)
                        .ifBound(locations::add));
        return locations.stream()
                .filter(location -> location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX))
                .map(location -> location.substring(ResourceUtils.CLASSPATH_URL_PREFIX.length())
                                .replaceAll("^/+|/+$", "")
                        + "/**")
                .distinct()
                .toList();
    }
}
