// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MailerConfigException;
import dev.mailer.server.config.DkimKeyFile;
import dev.mailer.server.config.FileTrouble;
import dev.mailer.server.home.PrivateFiles;
import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimDnsRecord;
import dev.mailer.smtp.dkim.DkimKeyLookup;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimResult;
import dev.mailer.smtp.dkim.DkimStatus;
import dev.mailer.smtp.dkim.DkimVerifier;
import dev.mailer.smtp.dkim.DnsKeyLookup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mailer dkim}: the keys that mail is signed with, their records, and the signatures of a mail. */
@Command(name = "dkim", description = "Makes keys to sign mail with, prints their DNS records, verifies signatures.")
final class DkimCommand implements Runnable {
    private static final long MAX_RECORD_FILE = 64 * 1024;

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DkimCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What {@code --algorithm} takes. */
    enum Kind {
        RSA,
        ED25519,
        BOTH
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "keygen, dns or verify?");
    }

    @Command(
            name = "keygen",
            description =
                    "Makes keys, one file each that only the owner may read, and prints the DNS records to publish.")
    int keygen(
            @Mixin GlobalOptions options,
            @Option(names = "--domain", required = true, paramLabel = "DOMAIN", description = "Whose mail is signed.")
                    String domain,
            @Option(
                            names = "--selector",
                            required = true,
                            paramLabel = "NAME",
                            description = "The key's name in the DNS, a new one for each new key, such as s2026.")
                    String selector,
            @Option(
                            names = "--algorithm",
                            paramLabel = "KIND",
                            defaultValue = "both",
                            description = "rsa, ed25519, or both, where the selector of the second ends in -ed25519;"
                                    + " default: ${DEFAULT-VALUE}.")
                    String algorithm,
            @Option(
                            names = "--bits",
                            paramLabel = "N",
                            defaultValue = "" + DkimPrivateKey.DEFAULT_RSA_BITS,
                            description = "Of the RSA key, 2048 to 4096; default: ${DEFAULT-VALUE}.")
                    int bits,
            @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the files go.")
                    Path out) {
        Kind kind = kind(algorithm);
        Map<String, DkimAlgorithm> wanted = new LinkedHashMap<>();
        if (kind != Kind.ED25519) {
            wanted.put(selector, DkimAlgorithm.RSA);
        }
        if (kind != Kind.RSA) {
            wanted.put(kind == Kind.BOTH ? selector + "-ed25519" : selector, DkimAlgorithm.ED25519);
        }
        Map<Path, DkimPrivateKey> keys = new LinkedHashMap<>();
        List<DkimDnsRecord> records = new ArrayList<>();
        wanted.forEach((name, one) -> {
            DkimPrivateKey key = one == DkimAlgorithm.RSA ? rsa(bits) : DkimPrivateKey.generate(one);
            records.add(record(domain, name, key));
            keys.put(out.resolve(name + "._domainkey." + domain + ".pem"), key);
        });
        NewKeyFiles.write(out, keys);
        Session session = new Session(terminal, options);
        print(session, records, List.copyOf(keys.keySet()));
        if (!session.json()) {
            keys.keySet().forEach(file -> terminal.note("wrote " + file));
            terminal.note("publish the records, wait until they are seen, and then set dkim.*; docs/deliverability.md");
        }
        return ExitCodes.OK;
    }

    @Command(name = "dns", description = "Prints the DNS record of a key, as a line of a zone file.")
    int dns(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "FILE", description = "The private key.") Path file,
            @Option(names = "--domain", required = true, paramLabel = "DOMAIN", description = "Whose mail is signed.")
                    String domain,
            @Option(names = "--selector", required = true, paramLabel = "NAME", description = "The key's name.")
                    String selector) {
        DkimPrivateKey key;
        try {
            key = DkimPrivateKey.parse(DkimKeyFile.read(file));
            if (PrivateFiles.isOpen(file)) {
                terminal.note(DkimKeyFile.openToOthers(file));
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new CommandException(ExitCodes.USAGE, file + ": " + FileTrouble.of(e));
        }
        print(new Session(terminal, options), List.of(record(domain, selector, key)), List.of());
        return ExitCodes.OK;
    }

    @Command(name = "verify", description = "Verifies the DKIM signatures of a mail; ends with 1 when none is good.")
    int verify(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "FILE", description = "The mail, as it was received.") Path file,
            @Option(
                            names = "--key-record",
                            paramLabel = "FILE",
                            description =
                                    "The key records in place of those in the DNS: a zone file, or the text of one record for"
                                            + " all keys.")
                    @Nullable
                    Path keyRecord,
            @Option(
                            names = "--dns",
                            paramLabel = "SERVERS",
                            description =
                                    "Name servers to ask, such as 127.0.0.1:5353,192.0.2.1; default: the system's.")
                    @Nullable
                    String dns) {
        List<DkimResult> results = keyRecord == null ? verify(file, dns) : verify(file, records(keyRecord));
        boolean good = results.stream().anyMatch(result -> result.status() == DkimStatus.PASS);
        Session session = new Session(terminal, options);
        if (session.json()) {
            session.printJson(Map.of(
                    "verified",
                    good,
                    "signatures",
                    results.stream().map(DkimCommand::shown).toList()));
        } else if (results.isEmpty()) {
            terminal.line("no signature");
        } else {
            results.forEach(result -> terminal.line(line(result)));
        }
        return good ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private List<DkimResult> verify(Path file, @Nullable String dns) {
        try (DnsKeyLookup keys = dns == null ? DnsKeyLookup.ofSystem() : DnsKeyLookup.of(dns)) {
            return verify(file, keys);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, "--dns: " + e.getMessage());
        }
    }

    private List<DkimResult> verify(Path file, DkimKeyLookup keys) {
        try {
            return new DkimVerifier(keys, terminal.clock()).verify(mail -> Files.copy(file, mail));
        } catch (IOException e) {
            throw new CommandException(ExitCodes.USAGE, file + ": " + FileTrouble.of(e));
        }
    }

    private static String line(DkimResult result) {
        Long length = result.signedBodyLength();
        return result
                + (length == null ? "" : "; only the first " + length + " octets of the body are signed (l=)")
                + (result.isTesting() ? "; the record says that the domain tries DKIM out (t=y)" : "");
    }

    private static Map<String, Object> shown(DkimResult result) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("status", result.status().toString());
        shown.put("reason", result.reason());
        put(shown, "algorithm", result.algorithm());
        put(shown, "domain", result.domain());
        put(shown, "selector", result.selector());
        put(shown, "identity", result.identity());
        put(shown, "signed_at", result.signedAt() == null ? null : String.valueOf(result.signedAt()));
        put(shown, "body_length", result.signedBodyLength());
        shown.put("key_bits", result.keyBits());
        shown.put("testing", result.isTesting());
        shown.put("signed_fields", result.signedFields());
        return shown;
    }

    private static void put(Map<String, Object> shown, String name, @Nullable Object value) {
        if (value != null) {
            shown.put(name, value);
        }
    }

    private void print(Session session, List<DkimDnsRecord> records, List<Path> files) {
        if (!session.json()) {
            records.forEach(record -> terminal.line(record.zoneLine()));
            return;
        }
        List<Map<String, Object>> shown = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            DkimDnsRecord record = records.get(i);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", record.name());
            one.put("type", "TXT");
            one.put("text", record.text());
            one.put("strings", record.strings());
            if (i < files.size()) {
                one.put("file", files.get(i).toString());
            }
            shown.add(one);
        }
        session.printJson(Map.of("records", shown));
    }

    private Kind kind(String algorithm) {
        for (Kind kind : Kind.values()) {
            if (kind.name().equalsIgnoreCase(algorithm)) {
                return kind;
            }
        }
        throw new CommandException(
                ExitCodes.USAGE, "--algorithm is \"" + algorithm + "\", allowed are rsa, ed25519 and both");
    }

    private static DkimPrivateKey rsa(int bits) {
        try {
            return DkimPrivateKey.generateRsa(bits);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, "--bits: " + e.getMessage());
        }
    }

    private static DkimDnsRecord record(String domain, String selector, DkimPrivateKey key) {
        try {
            return DkimDnsRecord.of(domain, selector, key);
        } catch (MailerConfigException e) {
            throw new CommandException(ExitCodes.USAGE, e.problem());
        }
    }

    private static KeyRecordFile records(Path file) {
        try {
            if (Files.size(file) > MAX_RECORD_FILE) {
                throw new CommandException(
                        ExitCodes.USAGE, file + ": has " + Files.size(file) + " bytes, records of keys have fewer");
            }
            // names and records are ASCII; what is not is in comments
            return KeyRecordFile.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new CommandException(ExitCodes.USAGE, file + ": " + FileTrouble.of(e));
        }
    }
}
