// SPDX-License-Identifier: Apache-2.0
/** The server: HTTP API, mounted endpoints, submission listener and command line around the engine. */
@NullMarked
package dev.mailer.server;

import org.jspecify.annotations.NullMarked;
