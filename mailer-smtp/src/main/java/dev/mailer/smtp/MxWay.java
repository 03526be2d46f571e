// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.smtp.mx.MxHost;
import dev.mailer.smtp.mx.TlsDemand;

/** A host of a domain, and the TLS that it must show for it. */
record MxWay(MxHost host, TlsDemand demand) {}
