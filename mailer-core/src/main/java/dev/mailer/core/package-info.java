// SPDX-License-Identifier: Apache-2.0
/** The engine that takes messages in, keeps them safe and sees each one through to its outcome. */
@NullMarked
package dev.mailer.core;

import org.jspecify.annotations.NullMarked;
