// SPDX-License-Identifier: Apache-2.0
/** Tests of Spring Boot applications that send mail. */
@NullMarked
package dev.mailer.spring.test;

import org.jspecify.annotations.NullMarked;
