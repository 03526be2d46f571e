// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.core.MailerEngine;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.ConfigurableTransactionManager;

/** Lets every mailer that joins transactions know of their ends, whoever has configured the transaction managers. */
public final class CommitWatching implements SmartInitializingSingleton {
    private final ObjectProvider<MailerEngine> mailers;
    private final ObjectProvider<ConfigurableTransactionManager> managers;

    /** Looks at both once all singletons are there. */
    public CommitWatching(
            ObjectProvider<MailerEngine> mailers, ObjectProvider<ConfigurableTransactionManager> managers) {
        this.mailers = mailers;
        this.managers = managers;
    }

    @Override
    public void afterSingletonsInstantiated() {
        mailers.stream(ObjectProvider.UNFILTERED).forEach(mailer -> {
            if (mailer instanceof JoiningMailer joining) {
                managers.stream(ObjectProvider.UNFILTERED).forEach(manager -> watch(manager, joining.commitWatch()));
            }
        });
    }

    /** Once: a context that is above this one may have done so already. */
    private static void watch(ConfigurableTransactionManager manager, CommitWatch watch) {
        if (!manager.getTransactionExecutionListeners().contains(watch)) {
            manager.addListener(watch);
        }
    }
}
