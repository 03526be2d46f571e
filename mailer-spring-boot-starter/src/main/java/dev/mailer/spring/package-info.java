// SPDX-License-Identifier: Apache-2.0
/** Reserved for the Spring Boot auto-configuration; empty in this version. */
@NullMarked
package dev.mailer.spring;

import org.jspecify.annotations.NullMarked;
