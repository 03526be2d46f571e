// SPDX-License-Identifier: Apache-2.0
/** Programs that each show one thing, to be read and run. */
@NullMarked
package dev.mailer.examples;

import org.jspecify.annotations.NullMarked;
