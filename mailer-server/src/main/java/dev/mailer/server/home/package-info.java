// SPDX-License-Identifier: Apache-2.0
/** What the server keeps in its folder beside the ledger: API keys and the address of the running process. */
@NullMarked
package dev.mailer.server.home;

import org.jspecify.annotations.NullMarked;
