// SPDX-License-Identifier: Apache-2.0
/** A Spring Boot web application whose start is measured. */
@NullMarked
package dev.mailer.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
