// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.core.MailerEngine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Lets every mailer that joins transactions know of their ends, whoever has configured the transaction managers and whenever they are
 * made. A manager that is no bean is not seen; mail that is sent behind its commits is accepted all the same, see {@link JoinedTransaction}.
 */
public final class CommitWatching implements BeanPostProcessor, SmartInitializingSingleton {
    private static final Logger log = LoggerFactory.getLogger(CommitWatching.class);

    private final ObjectProvider<MailerEngine> mailers;
    private final ObjectProvider<ConfigurableTransactionManager> managers;
    private final ConfigurableListableBeanFactory beans;
    private final Map<CommitWatch, String> watches = new LinkedHashMap<>();
    private final Set<ConfigurableTransactionManager> watched = Collections.newSetFromMap(new WeakHashMap<>());

    /** Sees the beans of its own context by itself, and those of the contexts above it once all singletons are there. */
    public CommitWatching(
            ObjectProvider<MailerEngine> mailers,
            ObjectProvider<ConfigurableTransactionManager> managers,
            ConfigurableListableBeanFactory beans) {
        this.mailers = mailers;
        this.managers = managers;
        this.beans = beans;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        see(bean, name);
        return bean;
    }

    @Override
    public void afterSingletonsInstantiated() {
        mailers.stream(ObjectProvider.UNFILTERED).forEach(mailer -> see(mailer, "mailer"));
        managers.stream(ObjectProvider.UNFILTERED).forEach(manager -> see(manager, "manager"));
        String[] all = beans.getBeanNamesForType(PlatformTransactionManager.class, true, false);
        if (Stream.of(all).allMatch(beans::containsSingleton)) {
            warnOfThoseThatJoinNothing();
        }
    }

    private synchronized void see(Object bean, String name) {
        Object target = behindAspects(bean);
        if (target instanceof JoiningMailer mailer && watches.putIfAbsent(mailer.commitWatch(), name) == null) {
            watched.forEach(manager -> watch(manager, mailer.commitWatch()));
        } else if (target instanceof ConfigurableTransactionManager manager
                && target instanceof PlatformTransactionManager
                && watched.add(manager)) {
            watches.keySet().forEach(watch -> watch(manager, watch));
        }
    }

    private static Object behindAspects(Object bean) {
        Object target = bean;
        for (Object next = bean; next != null; next = AopProxyUtils.getSingletonTarget(target)) {
            target = next;
        }
        return target;
    }

    /** Once: a context that is above this one may have done so already. */
    private static void watch(ConfigurableTransactionManager manager, CommitWatch watch) {
        if (!manager.getTransactionExecutionListeners().contains(watch)) {
            manager.addListener(watch);
        }
    }

    private synchronized void warnOfThoseThatJoinNothing() {
        List<DataSource> sources = new ArrayList<>();
        for (ConfigurableTransactionManager manager : watched) {
            DataSource source = source(manager);
            if (source != null) {
                sources.add(source);
            }
        }
        watches.forEach((watch, mailer) -> {
            if (!sources.isEmpty() && sources.stream().noneMatch(watch::isOn)) {
                log.warn(
                        "the mailer of the bean '{}' joins no transaction: its ledger is in a DataSource that no transaction manager works"
                                + " on, so mail is accepted when send returns, whatever becomes of a transaction around it;"
                                + " mailer.data-source names another one",
                        mailer);
            }
        });
    }

    /** That of JDBC and of JPA have the same property, and no type in common that has it. */
    private static @Nullable DataSource source(ConfigurableTransactionManager manager) {
        BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(manager);
        return properties.isReadableProperty("dataSource")
                        && properties.getPropertyValue("dataSource") instanceof DataSource source
                ? source
                : null;
    }
}
