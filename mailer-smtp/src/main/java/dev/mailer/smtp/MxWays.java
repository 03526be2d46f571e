// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.smtp.mx.Deadline;
import dev.mailer.smtp.mx.MailRoute;
import dev.mailer.smtp.mx.MxHost;
import dev.mailer.smtp.mx.StsDecision;
import dev.mailer.smtp.mx.StsPolicies;
import dev.mailer.smtp.mx.TlsDemands;
import java.util.ArrayList;
import java.util.List;

/** The hosts of a route, each with what it must show before mail goes over it. Thread-safe. */
final class MxWays {
    private final MxOptions options;
    private final int port;
    private final StsPolicies policies;
    private final TlsDemands demands;

    MxWays(MxOptions options, int port, StsPolicies policies, TlsDemands demands) {
        this.options = options;
        this.port = port;
        this.policies = policies;
        this.demands = demands;
    }

    /** Blocks while policies and records are looked up. */
    List<MxWay> of(MailRoute route, Deadline deadline) {
        StsDecision sts = options.sts() ? policies.of(route.domain(), deadline) : StsDecision.NONE;
        MailRoute believed = options.dane() ? route : unsigned(route);
        List<MxWay> ways = new ArrayList<>();
        for (MxHost host : route.hosts()) {
            ways.add(new MxWay(host, demands.of(believed, host, port, sts, deadline)));
        }
        return ways;
    }

    /** As if the domain were in no signed zone. */
    private static MailRoute unsigned(MailRoute route) {
        return new MailRoute(route.domain(), route.hosts(), route.names(), route.best(), false);
    }
}
