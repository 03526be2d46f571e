// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import dev.mailer.api.spi.HttpEndpoint;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Predicate;

/** Lets in who is on this machine, by {@link HttpEndpoint#isFromThisMachine}. The request is looked at as it came, beneath what filters make of it. */
public final class ThisMachine implements Predicate<HttpServletRequest> {
    @Override
    public boolean test(HttpServletRequest request) {
        HttpServletRequest asItCame = unwrapped(request);
        return HttpEndpoint.isFromThisMachine(asItCame.getRemoteAddr(), asItCame::getHeader);
    }

    private static HttpServletRequest unwrapped(HttpServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner instanceof HttpServletRequest http ? http : request;
    }
}
