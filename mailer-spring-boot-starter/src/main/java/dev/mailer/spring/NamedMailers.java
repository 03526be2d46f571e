// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.core.MailerEngine;
import java.util.Map;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for each of {@code mailer.mailers}: {@code NAMEMailer}, injected by {@code @Qualifier("NAME")} and never without, so
 * that the default mailer stays the one of its type.
 */
final class NamedMailers implements ImportBeanDefinitionRegistrar {
    private final Environment environment;

    NamedMailers(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Binder.get(environment)
                .bind("mailer.mailers", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .keySet()
                .forEach(name -> register(name, registry));
    }

    /** Unless the context is below one that has it. */
    private static void register(String name, BeanDefinitionRegistry registry) {
        if (name.equals(MailerBuilderCustomizer.DEFAULT)) {
            throw new MailerConfigException(
                    "mailers.default",
                    "is the name of the mailer whose properties are mailer.* themselves; set those, mailer.transport for"
                            + " mailer.mailers.default.transport, or take another name");
        }
        BeanFactory parent = registry instanceof HierarchicalBeanFactory beans ? beans.getParentBeanFactory() : null;
        if (parent == null || !parent.containsBean(bean(name))) {
            registry.registerBeanDefinition(bean(name), definition(name));
        }
    }

    /** The name of the bean of a mailer. */
    static String bean(String mailer) {
        return mailer + "Mailer";
    }

    private static RootBeanDefinition definition(String name) {
        RootBeanDefinition mailer = new RootBeanDefinition(MailerEngine.class);
        mailer.setFactoryBeanName("mailerFactory");
        mailer.setFactoryMethodName("open");
        mailer.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        mailer.setDestroyMethodName("close");
        mailer.setLazyInit(false);
        mailer.setDefaultCandidate(false);
        mailer.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
        return mailer;
    }
}
