// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.Stores;
import dev.mailer.spring.transaction.JoiningMailer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.util.ClassUtils;

/**
 * Decides where the ledger of a mailer is: the store that is set, else an {@link OutboxStore} bean, else the DataSource that is named,
 * else the only or primary DataSource, else a file in the data folder, else memory. Beans are for the default mailer; another one
 * says where its ledger is, because two on one ledger would send each other's mail.
 */
final class LedgerChoice {
    /** Whether there is what mail joins transactions by. */
    static final boolean TRANSACTIONS = isPresent("org.springframework.jdbc.datasource.ConnectionHolder")
            && isPresent("org.springframework.transaction.support.TransactionSynchronization");

    private final ListableBeanFactory beans;
    private final InstantSource clock;
    private final Map<DataSource, String> taken = new ConcurrentHashMap<>();

    LedgerChoice(ListableBeanFactory beans, InstantSource clock) {
        this.beans = beans;
        this.clock = clock;
    }

    Ledger choose(String mailer, MailerSettings settings) {
        boolean main = mailer.equals(MailerBuilderCustomizer.DEFAULT);
        String url = settings.getStore();
        if (url != null && settings.getDataSource() != null) {
            throw new MailerConfigException(
                    "store", "is set beside dataSource '" + settings.getDataSource() + "'; keep one of them");
        }
        EncryptionKeys keys = SettingsReading.encryption(settings);
        if (url != null) {
            return at(url, keys);
        }
        OutboxStore given = main ? beans.getBeanProvider(OutboxStore.class).getIfAvailable() : null;
        if (given != null) {
            requireEncrypted(given, keys);
            return new Ledger(() -> given, null, "is the OutboxStore bean (" + given.name() + ")");
        }
        String name = settings.getDataSource();
        if (name == null && main) {
            name = onlyDataSource(settings);
        }
        if (name != null) {
            return in(mailer, name, keys);
        }
        String folder = settings.getDataFolder();
        if (folder != null) {
            return file(Path.of(folder).resolve(main ? "mailer.db" : mailer + ".db"), keys);
        }
        if (!main) {
            throw new MailerConfigException(
                    "store",
                    "is missing, and the ledger of the default mailer is not for this one; set store, data-source or data-folder");
        }
        return memory("no store, DataSource or data folder is set");
    }

    /** A store that is open takes no key any more. */
    private static void requireEncrypted(OutboxStore given, @Nullable EncryptionKeys keys) {
        if (keys != null && !given.cipher().isOn()) {
            throw new MailerConfigException(
                    "encryption.key",
                    "is set beside an OutboxStore bean, which is not encrypted; give the key to Stores.open or Stores.of there");
        }
    }

    private Ledger at(String url, @Nullable EncryptionKeys keys) {
        if (url.equals("memory")) {
            return memory("mailer.store says so");
        }
        String kind =
                url.startsWith("sqlite:") ? url : url.replaceFirst("[?;].*", "").replaceFirst("//.*@", "//");
        return new Ledger(
                () -> Stores.open(url, keys, clock),
                null,
                "is " + kind + "; mail is accepted when send returns, whatever becomes of a transaction around it");
    }

    private Ledger memory(String why) {
        return new Ledger(
                () -> Stores.memory(clock),
                null,
                "is in memory, because " + why + ": mail that is not sent when the process ends is lost");
    }

    private Ledger file(Path file, @Nullable EncryptionKeys keys) {
        return new Ledger(
                () -> {
                    Path folder = file.toAbsolutePath().getParent();
                    try {
                        if (folder != null) {
                            Files.createDirectories(folder);
                        }
                    } catch (IOException e) {
                        throw new MailerConfigException("dataFolder", folder + " cannot be made: " + e, e);
                    }
                    return Stores.open("sqlite:" + file, keys, clock);
                },
                null,
                "is the SQLite file " + file
                        + "; mail is accepted when send returns, whatever becomes of a transaction around it");
    }

    private Ledger in(String mailer, String name, @Nullable EncryptionKeys keys) {
        DataSource bean = dataSource(name);
        if (TRANSACTIONS && JoiningMailer.isRouting(bean)) {
            throw new MailerConfigException(
                    "dataSource",
                    "'" + name
                            + "' is an AbstractRoutingDataSource, which gives a connection of one database or another, and"
                            + " the ledger has to be in one; name a DataSource bean that is one database, or set a store");
        }
        DataSource source = TRANSACTIONS ? JoiningMailer.target(bean) : bean;
        String other = taken.putIfAbsent(TRANSACTIONS ? JoiningMailer.pool(bean) : bean, mailer);
        if (other != null && !other.equals(mailer)) {
            throw new MailerConfigException(
                    "dataSource",
                    "'" + name + "' has the ledger of the mailer '" + other + "', and two on one ledger would send each"
                            + " other's mail; give '" + mailer
                            + "' another one, or a stream with a transport of its own");
        }
        return new Ledger(
                () -> DataSourceLedger.open(name, source, keys, clock),
                source,
                "is in the DataSource '" + name + "'; mail joins the transactions on it");
    }

    private DataSource dataSource(String name) {
        try {
            return beans.getBean(name, DataSource.class);
        } catch (NoSuchBeanDefinitionException e) {
            throw new MailerConfigException(
                    "dataSource", "there is no DataSource bean '" + name + "'; there are " + dataSources(), e);
        }
    }

    private List<String> dataSources() {
        return Arrays.asList(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, DataSource.class, true, false));
    }

    /** The name of the only or primary one; null when there is none, or when a data folder is set and none stands out. */
    private @Nullable String onlyDataSource(MailerSettings settings) {
        List<String> names = dataSources();
        if (names.size() <= 1) {
            return names.isEmpty() ? null : names.get(0);
        }
        DataSource primary = beans.getBeanProvider(DataSource.class).getIfUnique();
        for (String name : names) {
            if (primary != null && primary == beans.getBean(name)) {
                return name;
            }
        }
        if (settings.getDataFolder() != null) {
            return null;
        }
        throw new MailerConfigException(
                "dataSource",
                "is missing, and there are several DataSource beans, none of them primary: " + names
                        + "; name the one the ledger is to be in, or set a store");
    }

    private static boolean isPresent(String className) {
        return ClassUtils.isPresent(className, LedgerChoice.class.getClassLoader());
    }
}
