// SPDX-License-Identifier: Apache-2.0
/** A transport of one's own, as a plugin: mail as lines of JSON in a file. */
@NullMarked
package dev.mailer.examples.jsonl;

import org.jspecify.annotations.NullMarked;
