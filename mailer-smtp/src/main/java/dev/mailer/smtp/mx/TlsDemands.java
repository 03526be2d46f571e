// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.util.List;
import java.util.Set;

/**
 * Decides for each host of a route what TLS it must show. Where DANE has something to say, MTA-STS has not (RFC 8461 §2).
 * Thread-safe.
 */
public final class TlsDemands {
    private final DaneLookup dane;

    public TlsDemands(DaneLookup dane) {
        this.dane = dane;
    }

    /** Blocks while the host's TLSA records are looked up, which happens in signed zones only. */
    public TlsDemand of(MailRoute route, MxHost host, int port, StsDecision sts, Deadline deadline) {
        DaneAnswer answer = dane.of(route, host, port, deadline);
        return switch (answer.kind()) {
            case USABLE ->
                new TlsDemand(
                        TlsDemand.Kind.DANE,
                        TlsDemand.PolicyKind.TLSA,
                        answer.records(),
                        answer.baseDomain(),
                        Set.copyOf(List.of(answer.baseDomain(), host.name(), route.domain())),
                        false,
                        TlsResult.SUCCESS);
            case UNUSABLE -> plain(TlsDemand.Kind.ENCRYPTED, TlsDemand.PolicyKind.TLSA, TlsResult.TLSA_INVALID);
            case FAILED -> plain(TlsDemand.Kind.NOT_USABLE, TlsDemand.PolicyKind.TLSA, TlsResult.DNSSEC_INVALID);
            case NONE -> bySts(host, sts);
        };
    }

    private static TlsDemand bySts(MxHost host, StsDecision sts) {
        TlsResult problem = sts.problem() == null ? TlsResult.SUCCESS : sts.problem();
        return switch (sts.mode()) {
            case NONE ->
                plain(
                        TlsDemand.Kind.OPPORTUNISTIC,
                        problem == TlsResult.SUCCESS ? TlsDemand.PolicyKind.NONE : TlsDemand.PolicyKind.STS,
                        problem);
            case TESTING ->
                new TlsDemand(
                        TlsDemand.Kind.OPPORTUNISTIC,
                        TlsDemand.PolicyKind.STS,
                        List.of(),
                        "",
                        Set.of(host.name()),
                        true,
                        sts.allows(host.name()) ? problem : TlsResult.VALIDATION_FAILURE);
            case ENFORCE ->
                sts.allows(host.name())
                        ? new TlsDemand(
                                TlsDemand.Kind.VERIFIED,
                                TlsDemand.PolicyKind.STS,
                                List.of(),
                                "",
                                Set.of(host.name()),
                                false,
                                problem)
                        : plain(TlsDemand.Kind.NOT_USABLE, TlsDemand.PolicyKind.STS, TlsResult.VALIDATION_FAILURE);
        };
    }

    private static TlsDemand plain(TlsDemand.Kind kind, TlsDemand.PolicyKind policy, TlsResult problem) {
        return new TlsDemand(kind, policy, List.of(), "", Set.of(), false, problem);
    }
}
