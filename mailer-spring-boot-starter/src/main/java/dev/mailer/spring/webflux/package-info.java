// SPDX-License-Identifier: Apache-2.0
/** Endpoints of plugins in Spring WebFlux. */
@NullMarked
package dev.mailer.spring.webflux;

import org.jspecify.annotations.NullMarked;
