// SPDX-License-Identifier: Apache-2.0
/** Mailer in Spring Boot applications: properties, auto-configuration, and the hooks that applications use. */
@NullMarked
package dev.mailer.spring;

import org.jspecify.annotations.NullMarked;
