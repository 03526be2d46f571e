// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.spi.Outcome;

/** No host can be tried; the outcome is that of every mail for the domain: rejected, or deferred for the destination. */
public record NoRoute(Outcome outcome) implements MxVerdict {}
