// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the template that a record holds the variables of, see {@link Email.Builder#template(Record)}. With {@code
 * mailer-template-processor} on its processor path, the compiler holds the template's files to the record's components.
 */
@Experimental
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface MailTemplate {
    /** The template's name. */
    String value();
}
