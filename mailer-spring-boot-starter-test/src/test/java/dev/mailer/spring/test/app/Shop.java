// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.app;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application, found by the tests beside it. */
@SpringBootApplication
class Shop {}
