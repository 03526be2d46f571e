// SPDX-License-Identifier: Apache-2.0
/** The HTTP API, the mounted endpoints and the server that carries them. */
@NullMarked
package dev.mailer.server.http;

import org.jspecify.annotations.NullMarked;
