// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.MailerPlugin;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How it goes with plugins. */
final class PluginConditions {
    private static final Logger log = LoggerFactory.getLogger(PluginConditions.class);

    private PluginConditions() {}

    /** By their names; what one cannot tell keeps nobody from asking how the mailer is. */
    static Map<String, Map<String, Long>> of(Collection<MailerPlugin> plugins) {
        Map<String, Map<String, Long>> all = new HashMap<>();
        for (MailerPlugin plugin : plugins) {
            try {
                Map<String, Long> condition = plugin.condition();
                if (!condition.isEmpty()) {
                    all.put(plugin.name(), condition);
                }
            } catch (RuntimeException e) {
                log.debug("the plugin {} does not tell how it goes", plugin.name(), e);
            }
        }
        return all;
    }
}
