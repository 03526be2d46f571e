// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import org.jspecify.annotations.Nullable;

/** A plugin broke its contract; names the plugin and the method that failed. */
public final class PluginException extends MailerException {
    private static final long serialVersionUID = 1L;

    public PluginException(String plugin, String method, String problem, @Nullable Throwable cause) {
        super("plugin " + plugin + ", " + method + ": " + problem, cause);
    }
}
