// SPDX-License-Identifier: Apache-2.0
/** Health and an endpoint for the actuator. */
@NullMarked
package dev.mailer.spring.actuate;

import org.jspecify.annotations.NullMarked;
