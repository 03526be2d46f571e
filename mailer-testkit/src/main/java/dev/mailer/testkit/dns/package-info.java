// SPDX-License-Identifier: Apache-2.0
/** A name server inside the test that does what it is told, right or wrong; start at {@link dev.mailer.testkit.dns.ScriptedDnsServer}. */
@NullMarked
package dev.mailer.testkit.dns;

import org.jspecify.annotations.NullMarked;
