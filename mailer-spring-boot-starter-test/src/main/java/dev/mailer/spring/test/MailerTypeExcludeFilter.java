// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/** Leaves out the application's components. */
final class MailerTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<MailerTest> {
    /** Called by Spring. */
    MailerTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
    }
}
