// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What is wrong with a file, in words: the message of most such exceptions is the file's name alone. */
public final class FileTrouble {
    private FileTrouble() {}

    /** To stand behind the file's name. */
    public static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (e instanceof FileSystemException f) {
            return f.getReason() == null ? kind(e) : f.getReason();
        }
        return e.getMessage() == null ? kind(e) : e.getMessage();
    }

    private static String kind(IOException e) {
        return e.getClass().getSimpleName();
    }
}
