// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.restart;

import static org.awaitility.Awaitility.await;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.spring.MailerAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/** Sends mail and has itself restarted by Boot's developer tools, which are on its class path only when it runs. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration(MailerAutoConfiguration.class)
public class DevToolsApp {
    /** Mails of each life. */
    static final int MAILS = 10;

    /** Lives of the application. */
    static final int LIVES = 3;

    /** What outlives a restart: the ids of all mails so far. */
    private static final String IDS = "test.ids";

    public static void main(String[] arguments) throws Exception {
        SpringApplication application = new SpringApplication(DevToolsApp.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        Mailer mailer = application.run(arguments).getBean(Mailer.class);
        List<String> ids = new ArrayList<>(List.of(System.getProperty(IDS, "").split(" ")));
        ids.remove("");
        for (int i = 0; i < MAILS; i++) {
            ids.add(mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("Your order")
                            .text("Thank you!"))
                    .id()
                    .toString());
        }
        System.setProperty(IDS, String.join(" ", ids));
        ClassLoader own = DevToolsApp.class.getClassLoader();
        System.out.println(
                "life " + ids.size() / MAILS + " in " + own.getClass().getSimpleName());
        if (ids.size() < LIVES * MAILS) {
            restart();
            return;
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ids.stream().allMatch(id -> isSent(mailer.find(MessageId.of(id)))));
        await("the threads of former lives have ended")
                .atMost(Duration.ofSeconds(20))
                .until(() -> threadsNotOf(own).isEmpty());
        System.out.println("all sent, and no thread of a former life is left");
        System.exit(0);
    }

    /** As the tools do it when a class has changed: by a thread of theirs, which stops this life and begins the next. */
    private static void restart() throws ReflectiveOperationException {
        Class<?> restarter = Class.forName("org.springframework.boot.devtools.restart.Restarter");
        restarter.getMethod("restart").invoke(restarter.getMethod("getInstance").invoke(null));
    }

    private static boolean isSent(MessageStatus status) {
        return status.deliveries().stream().allMatch(d -> d.state() == DeliveryState.SENT);
    }

    private static List<String> threadsNotOf(ClassLoader own) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("mailer-"))
                .filter(t -> t.getContextClassLoader() != null && t.getContextClassLoader() != own)
                .filter(t -> t.getContextClassLoader().getClass() == own.getClass())
                .map(Thread::getName)
                .toList();
    }
}
