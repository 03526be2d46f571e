// SPDX-License-Identifier: Apache-2.0
/** Measurements of the hot paths against their goals; started by {@code benchmarks/run}. */
@NullMarked
package dev.mailer.benchmarks;

import org.jspecify.annotations.NullMarked;
