// SPDX-License-Identifier: Apache-2.0
/** Renders Velocity templates from a folder, sandboxed. */
@NullMarked
package dev.mailer.core.internal.template;

import org.jspecify.annotations.NullMarked;
