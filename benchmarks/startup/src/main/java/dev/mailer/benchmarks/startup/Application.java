// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks.startup;

import java.lang.management.ManagementFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts, prints how many milliseconds the process has taken until it was ready and, where there is a mailer, how many its first mail then
 * takes; ends, and prints how many threads of a mailer are left.
 */
@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        ConfigurableApplicationContext context = SpringApplication.run(Application.class, args);
        System.out.println("READY " + ManagementFactory.getRuntimeMXBean().getUptime());
        if (context.containsBean("mailer")) {
            System.out.println("FIRST " + FirstMail.millis(context));
        }
        context.close();
        long left = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("mailer"))
                .count();
        System.out.println("LEFT " + left);
    }
}
