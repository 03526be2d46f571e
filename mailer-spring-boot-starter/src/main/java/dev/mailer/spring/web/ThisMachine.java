// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who is on this machine: a loopback peer, no sign of a proxy, and a Host header that names this machine, so that a web page that
 * had its own name resolved to 127.0.0.1 stays out. The request is looked at as it came, beneath what filters make of it.
 */
public final class ThisMachine implements Predicate<HttpServletRequest> {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> SIGNS_OF_A_PROXY =
            Set.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP");

    @Override
    public boolean test(HttpServletRequest request) {
        HttpServletRequest asItCame = unwrapped(request);
        return SIGNS_OF_A_PROXY.stream().noneMatch(name -> asItCame.getHeader(name) != null)
                && isLoopback(asItCame.getRemoteAddr())
                && isOwnName(asItCame.getHeader("Host"));
    }

    private static HttpServletRequest unwrapped(HttpServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner instanceof HttpServletRequest http ? http : request;
    }

    /** The address is a literal, so nothing is looked up. */
    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isOwnName(@Nullable String host) {
        return host != null && NAMES.contains(host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", ""));
    }
}
