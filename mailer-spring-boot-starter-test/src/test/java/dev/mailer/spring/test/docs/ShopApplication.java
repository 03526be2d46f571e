// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.docs;

import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
class ShopApplication {}
