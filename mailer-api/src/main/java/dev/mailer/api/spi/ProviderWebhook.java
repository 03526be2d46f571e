// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies a provider's callback and translates it. Thread-safe; must not do I/O beyond fetching the provider's keys. */
@Experimental
public interface ProviderWebhook {
    /** The provider's name, also the last part of its path: {@code ses}, {@code postmark}. */
    String provider();

    /** The reports in the callback, empty when it holds none for us; null when its signature does not hold, which is answered with 401. */
    @Nullable
    List<DeliveryReports.Report> verifyAndTranslate(HttpEndpoint.Request request);
}
