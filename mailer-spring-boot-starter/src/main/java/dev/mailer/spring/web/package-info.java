// SPDX-License-Identifier: Apache-2.0
/** Endpoints of plugins in Spring MVC. */
@NullMarked
package dev.mailer.spring.web;

import org.jspecify.annotations.NullMarked;
