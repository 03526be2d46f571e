// SPDX-License-Identifier: Apache-2.0
/** What docs/testing.md shows of tests with Spring. */
@NullMarked
package dev.mailer.spring.test.docs;

import org.jspecify.annotations.NullMarked;
