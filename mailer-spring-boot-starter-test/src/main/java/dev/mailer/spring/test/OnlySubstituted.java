// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import dev.mailer.api.Mailer;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.MailerFactory;
import dev.mailer.spring.MailerSubstitutes;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** Ends the start of a test, before any bean is made, when the application has a mailer that sends for all that is put in its place. */
final class OnlySubstituted implements BeanFactoryPostProcessor {
    private static final Set<Class<?>> MAKERS = Set.of(MailerAutoConfiguration.class, MailerFactory.class);

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        BeanFactory next = beans;
        while (next instanceof ConfigurableListableBeanFactory here) {
            for (String name : here.getBeanNamesForType(Mailer.class, true, false)) {
                requireSubstituted(name, here);
            }
            next = here.getParentBeanFactory();
        }
    }

    private static void requireSubstituted(String name, ConfigurableListableBeanFactory beans) {
        BeanDefinition definition = beans.containsBeanDefinition(name) ? beans.getMergedBeanDefinition(name) : null;
        Class<?> maker = definition == null ? null : makerOf(definition, beans);
        boolean substituted =
                BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, MailerSubstitutes.class).length > 0;
        if (!substituted || maker == null || !MAKERS.contains(maker)) {
            throw new IllegalStateException("mail would leave this test by the bean '" + name + "'"
                    + (maker == null ? "" : " of " + maker.getName())
                    + ": only mailers that are made of mailer.* properties send into the mailbox; leave the bean out of tests"
                    + " with @AutoConfigureTestMailer or @MailerTest, or test it without them");
        }
    }

    /** The class whose method makes the bean: known by the method where definitions are generated code, else by the bean that has it. */
    private static @Nullable Class<?> makerOf(BeanDefinition definition, ConfigurableListableBeanFactory beans) {
        Method method = definition instanceof RootBeanDefinition root ? root.getResolvedFactoryMethod() : null;
        String factory = definition.getFactoryBeanName();
        if (method != null) {
            return method.getDeclaringClass();
        }
        return factory == null ? null : beans.getType(factory);
    }
}
