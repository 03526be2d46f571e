// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.core.MailerEngine;
import java.util.Set;
import org.springframework.boot.sql.init.dependency.AbstractBeansOfTypeDependsOnDatabaseInitializationDetector;

/**
 * Lets the application's own scripts and migrations run before a mailer makes its tables: Flyway refuses to begin in a schema that is not
 * empty.
 */
final class LedgerAfterSchema extends AbstractBeansOfTypeDependsOnDatabaseInitializationDetector {
    @Override
    protected Set<Class<?>> getDependsOnDatabaseInitializationBeanTypes() {
        return Set.of(MailerEngine.class);
    }
}
