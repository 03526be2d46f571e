// SPDX-License-Identifier: Apache-2.0
/** Opens the engine as the settings say, with the plugins they name. */
@NullMarked
package dev.mailer.server.engine;

import org.jspecify.annotations.NullMarked;
