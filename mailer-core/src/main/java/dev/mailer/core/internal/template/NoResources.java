// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.io.Reader;
import org.apache.velocity.exception.ResourceNotFoundException;
import org.apache.velocity.runtime.resource.Resource;
import org.apache.velocity.runtime.resource.loader.ResourceLoader;
import org.apache.velocity.util.ExtProperties;

/** Gives templates nothing to load: no file, no library, no class path. */
public final class NoResources extends ResourceLoader {
    @Override
    public void init(ExtProperties configuration) {
        // Nothing to set.
    }

    @Override
    public Reader getResourceReader(String name, String encoding) {
        throw new ResourceNotFoundException("templates load nothing");
    }

    @Override
    public boolean resourceExists(String name) {
        return false;
    }

    @Override
    public boolean isSourceModified(Resource resource) {
        return false;
    }

    @Override
    public long getLastModified(Resource resource) {
        return 0;
    }
}
