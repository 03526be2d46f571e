// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.digest;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import java.util.Locale;

/** The form in which addresses are looked up. */
public final class AddressKeys {
    private AddressKeys() {}

    /** What {@link Address#key()} gives; what is no address stands for itself. */
    public static String of(String address) {
        try {
            return Address.of(address).key();
        } catch (InvalidEmailException e) {
            return address.toLowerCase(Locale.ROOT);
        }
    }
}
