// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something of ours that templates may call: {@code $raw}, {@code $msg}, {@code $fmt}. */
interface TemplateTool {
    boolean has(String name, int arguments);

    /** Called only with a name and a number of arguments that it has. */
    @Nullable
    Object call(String name, List<@Nullable Object> arguments);
}
