// SPDX-License-Identifier: Apache-2.0
/** The command line: it talks to the running server, or opens the store when none runs. */
@NullMarked
package dev.mailer.server.cli;

import org.jspecify.annotations.NullMarked;
