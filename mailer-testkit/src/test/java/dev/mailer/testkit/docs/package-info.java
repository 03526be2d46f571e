// SPDX-License-Identifier: Apache-2.0
/** What docs/testing.md shows of tests without Spring. */
@NullMarked
package dev.mailer.testkit.docs;

import org.jspecify.annotations.NullMarked;
