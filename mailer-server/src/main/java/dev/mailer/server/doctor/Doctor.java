// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import dev.mailer.core.MailerBuilder;
import dev.mailer.core.Templates;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ServerHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Looks at an installation, one check after the other, each within a time of its own, so that the whole comes to an end. */
public final class Doctor {
    /** What a check may take beyond what it may take on the network. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final Duration limit;
    private final Consumer<Finding> findings;

    /**
     * @param limit for each server that is asked
     * @param findings is told each as it is made
     */
    public Doctor(InstantSource clock, Duration limit, Consumer<Finding> findings) {
        this.clock = clock;
        this.limit = limit;
        this.findings = findings;
    }

    /** Settings that cannot be read: nothing else can be looked at. */
    public void settingsProblems(List<String> problems) {
        problems.forEach(p -> findings.accept(Finding.problem(
                "settings", p, "mend it in the file, the environment or --set; docs/configuration.md")));
        java();
    }

    /**
     * Looks at all of it.
     *
     * @param to a domain that transports to MX hosts open a session with a host of; null for none
     */
    public void examine(Settings settings, @Nullable String to) {
        if (settings.warnings().isEmpty()) {
            findings.accept(Finding.ok("settings", "complete"));
        }
        settings.warnings().forEach(w -> findings.accept(Finding.warning("settings", w, "mend or remove the setting")));
        java();
        ServerHome home = new ServerHome(settings.home(), clock);
        run("folder", () -> new FolderCheck(settings.home()).run());
        boolean running = home.runningServer() != null;
        run("server", () -> new RunningCheck(settings.server(), home, limit).run());
        run("store", () -> new StoreCheck(settings.mail().store(), running, clock, limit).run());
        Path templates = settings.templates();
        if (templates != null) {
            run("templates", () -> templates(templates));
        }
        transports(settings, to);
    }

    private void transports(Settings settings, @Nullable String to) {
        String hostName = settings.shownValue("hostName");
        ProbeContext context = new ProbeContext(clock, hostName.isEmpty() ? MailerBuilder.defaultHostName() : hostName);
        SSLContext platform = platformTls();
        SSLContext own = settings.tls();
        TransportCheck servers = new TransportCheck(context, own == null ? platform : own, limit);
        MxCheck hosts = new MxCheck(context, limit);
        if (settings.mail().transports().isEmpty()) {
            findings.accept(Finding.warning(
                    "transport", "none is set: mail goes to the mailbox of the server", "set transport=smtp://…"));
        }
        settings.mail().transports().forEach((name, uri) -> {
            List<String> relays = TransportCheck.servers(uri);
            List<String> direct = MxCheck.addresses(uri);
            if (relays.isEmpty() && direct.isEmpty()) {
                findings.accept(Finding.ok("transport " + name, "is not looked at: it is not SMTP"));
            }
            relays.forEach(server -> run("transport " + name, () -> servers.run(name, server)));
            direct.forEach(address -> {
                run("transport " + name, () -> hosts.names(name, address, to));
                if (to != null) {
                    run("transport " + name, () -> hosts.visit(name, address, platform, to));
                }
            });
        });
        if (to != null
                && settings.mail().transports().values().stream()
                        .allMatch(uri -> MxCheck.addresses(uri).isEmpty())) {
            findings.accept(Finding.warning(
                    "transport", "none sends to MX hosts, so none of " + to + " is visited", "set transport=mx:"));
        }
    }

    private static SSLContext platformTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    private static List<Finding> templates(Path folder) {
        Templates templates = Templates.in(folder);
        List<Finding> all = new ArrayList<>();
        for (String name : templates.names()) {
            if (Files.exists(folder.resolve(name).resolve("sample.json"))) {
                templates.check(name).forEach(p -> all.add(finding(p)));
            } else {
                all.add(Finding.warning(
                        "templates",
                        name + ": is not rendered, it has no sample.json",
                        "add one with variables to try"));
            }
        }
        return all.isEmpty()
                ? List.of(Finding.ok(
                        "templates", "all render: " + templates.names().size()))
                : all;
    }

    private static Finding finding(Templates.Problem p) {
        String language = p.locale() == null ? "" : " (" + p.locale().toLanguageTag() + ")";
        String text = p.template() + language + ": " + p.message();
        String advice = "mend it, then mailer template check " + p.template();
        return p.severity() == Templates.Severity.ERROR
                ? Finding.problem("templates", text, advice)
                : Finding.warning("templates", text, advice);
    }

    private void java() {
        findings.accept(Finding.ok("java", Runtime.version() + " on " + System.getProperty("os.name")));
    }

    /** On a thread of its own: not everything that hangs heeds an interruption. */
    private void run(String name, Callable<List<Finding>> check) {
        FutureTask<List<Finding>> task = new FutureTask<>(check);
        Thread thread = new Thread(task, "mailer-doctor");
        thread.setDaemon(true);
        thread.start();
        Duration most = limit.plus(GRACE);
        try {
            task.get(most.toMillis(), TimeUnit.MILLISECONDS).forEach(findings);
        } catch (TimeoutException e) {
            task.cancel(true);
            findings.accept(Finding.problem(
                    name,
                    "no answer within " + most.toSeconds() + " s",
                    "see whether name servers and network answer from this machine"));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            findings.accept(Finding.problem(name, String.valueOf(cause.getMessage()), "see the message"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            findings.accept(Finding.problem(name, "interrupted", "run it again"));
        }
    }
}
