// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ReceivedMail;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** As the developer tools restart: the application's classes in a loader of their own, the mailer in the one below, which stays. */
final class Restarts {
    private static final int MAILS = 20;
    private static final long MEGABYTE = 1024 * 1024;

    private final Path folder;

    private Restarts(Path folder) {
        this.folder = folder;
    }

    /** In a JVM that keeps no soft reference: Spring's own caches have some. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        // what Boot makes once for the whole JVM is made here, and not in an application that is to go
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            AutoCloseable first = RestartedApp.start(
                    "1", "--mailer.transport=" + server.uri(), "--mailer.data-folder=" + folder.resolve("first"));
            server.awaitMails(1, Duration.ofSeconds(20));
            first.close();
        }
        new Restarts(Files.createDirectories(folder.resolve("waiting"))).waitingMail();
        new Restarts(Files.createDirectories(folder.resolve("ten"))).tenContexts();
        System.out.println("nothing stays");
        System.exit(0);
    }

    private void waitingMail() throws Exception {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            String[] settings = settings(server.uri());
            List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
            server.always(Stage.MAIL_FROM, Reaction.reply("451 4.3.0 later"));
            loaders.add(generation(MAILS, settings, () -> true));
            assertThat(server.mails()).isEmpty();

            server.behave();
            loaders.add(generation(
                    MAILS,
                    settings,
                    () -> server.awaitMails(MAILS / 2, Duration.ofSeconds(60)).size() >= MAILS / 2));
            loaders.add(generation(
                    0,
                    settings,
                    () -> server.awaitMails(2 * MAILS, Duration.ofSeconds(60)).size() == 2 * MAILS));

            assertThat(server.mails())
                    .hasSize(2 * MAILS)
                    .extracting(Restarts::messageId)
                    .doesNotHaveDuplicates();
            assertGone(loaders);
        }
    }

    private void tenContexts() throws Exception {
        String[] settings = settings("memory:");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        loaders.add(generation(MAILS, settings, () -> true));
        loaders.add(generation(MAILS, settings, () -> true));
        assertGone(loaders);
        Set<String> threads = threads();
        long before = heap();
        for (int i = 0; i < 10; i++) {
            loaders.add(generation(MAILS, settings, () -> true));
        }
        assertGone(loaders);

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(threads).containsAll(threads()));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(heap() - before).isLessThan(4 * MEGABYTE));
    }

    private String[] settings(String transport) {
        return new String[] {
            "--mailer.transport=" + transport,
            "--mailer.data-folder=" + folder,
            "--mailer.retry.first=100ms",
            "--mailer.retry.longest=100ms",
            "--spring.main.banner-mode=off"
        };
    }

    /** One life of the application, until it has done what it is to do. */
    private static WeakReference<ClassLoader> generation(int mails, String[] settings, Callable<Boolean> done)
            throws Exception {
        URL classes = Restarts.class.getProtectionDomain().getCodeSource().getLocation();
        ApplicationLoader loader = new ApplicationLoader(classes);
        List<String> arguments = new ArrayList<>(List.of(settings));
        arguments.add(0, String.valueOf(mails));
        FutureTask<Void> life = new FutureTask<>(() -> {
            Class<?> application = loader.loadClass(RestartedApp.class.getName());
            assertThat(application.getClassLoader()).isSameAs(loader);
            Object started = application.getMethod("start", String[].class).invoke(null, (Object)
                    arguments.toArray(String[]::new));
            try {
                assertThat(done.call()).isTrue();
            } finally {
                ((AutoCloseable) started).close();
            }
            return null;
        });
        Thread thread = new Thread(life, "restarted");
        thread.setContextClassLoader(loader);
        thread.start();
        life.get();
        loader.close();
        return new WeakReference<>(loader);
    }

    /** Has the application, and asks its parent for the rest. */
    private static final class ApplicationLoader extends URLClassLoader {
        private static final String APPLICATION = RestartedApp.class.getName();

        ApplicationLoader(URL classes) {
            super(new URL[] {classes}, Restarts.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(APPLICATION)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    /** Spring may know the last application until there is a next one. */
    private static void assertGone(List<WeakReference<ClassLoader>> loaders) throws Exception {
        AutoCloseable next = RestartedApp.start("0", "--mailer.transport=memory:", "--mailer.store=memory");
        try {
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                System.gc();
                assertThat(loaders).allMatch(loader -> loader.get() == null);
            });
        } finally {
            next.close();
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(threads()).noneMatch(name -> name.startsWith("mailer-")));
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("awaitility"))
                .collect(Collectors.toSet());
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    static String messageId(ReceivedMail mail) {
        return new String(mail.content().toByteArray(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("Message-ID"))
                .findFirst()
                .orElseThrow();
    }
}
