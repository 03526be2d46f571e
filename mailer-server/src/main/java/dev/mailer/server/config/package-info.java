// SPDX-License-Identifier: Apache-2.0
/** Settings: one file and the environment, read and checked before anything starts. */
@NullMarked
package dev.mailer.server.config;

import org.jspecify.annotations.NullMarked;
