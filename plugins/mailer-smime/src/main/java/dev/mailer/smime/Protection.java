// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import java.util.Locale;

/** What content is before anything is done to it, by its type. */
enum Protection {
    NONE,
    SIGNED,
    ENCRYPTED;

    /** A type of S/MIME that does not say which of its kinds it is counts as encrypted, so that nothing is done to it. */
    static Protection of(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        String type = parts[0].strip();
        if (type.equals("multipart/signed")) {
            return SIGNED;
        }
        if (type.equals("multipart/encrypted")) {
            return ENCRYPTED;
        }
        if (!type.equals("application/pkcs7-mime") && !type.equals("application/x-pkcs7-mime")) {
            return NONE;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replaceAll("[\\s\"]", "");
            if (parameter.equals("smime-type=signed-data")) {
                return SIGNED;
            }
            if (parameter.equals("smime-type=compressed-data") || parameter.equals("smime-type=certs-only")) {
                return NONE;
            }
        }
        return ENCRYPTED;
    }
}
