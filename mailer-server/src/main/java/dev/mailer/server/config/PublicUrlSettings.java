// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.tracking.PublicUrls;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code publicUrl} and {@code publicUrls.*}: where recipients reach this server. For one thread. */
final class PublicUrlSettings {
    private static final String COMMON = "publicUrl";
    private static final String OF_TENANTS = "publicUrls.";

    private final GivenSettings given;
    private final Set<String> tenants;
    private @Nullable PublicUrls urls;

    /** @param tenants those that there are */
    PublicUrlSettings(GivenSettings given, Set<String> tenants) {
        this.given = given;
        this.tenants = tenants;
    }

    /** Null when recipients cannot reach this server, or what is set is wrong, which is among the problems then. */
    @Nullable
    PublicUrls urls() {
        String common = given.text(COMMON, "");
        if (!common.isEmpty()) {
            given.check(COMMON, () -> urls = PublicUrls.of(common));
        }
        given.forEach((key, value) -> {
            if (key.startsWith(OF_TENANTS)) {
                ofTenant(key, common.isEmpty());
            }
        });
        return urls;
    }

    private void ofTenant(String key, boolean alone) {
        String tenant = key.substring(OF_TENANTS.length());
        String url = given.text(key, "");
        PublicUrls before = urls;
        if (alone) {
            given.problem(key, "is set without publicUrl, the address of all other tenants");
        } else if (!tenants.contains(tenant)) {
            given.problem(key, "'" + tenant + "' is no tenant; there are " + tenants);
        } else if (before != null) {
            given.check(key, () -> urls = before.with(tenant, url));
        }
    }
}
