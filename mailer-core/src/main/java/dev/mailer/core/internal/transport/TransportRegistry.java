// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Makes a transport from its expression. */
public final class TransportRegistry {
    private final String text;
    private final FactoryLookup factories;
    private final TransportContext context;

    private TransportRegistry(String text, FactoryLookup factories, TransportContext context) {
        this.text = text;
        this.factories = factories;
        this.context = context;
    }

    /**
     * Makes the transport that {@code smtp://host}, {@code failover(a b)} or {@code weighted(3*a 1*b)} stands for; the caller
     * closes it. A factory in {@code explicit} wins over those built in ({@code file}, {@code memory}, {@code null}) and those
     * that {@link java.util.ServiceLoader} finds. When a part fails, what was already made is closed.
     *
     * @param memory makes a {@code memory} transport of this name
     * @throws MailerConfigException the expression cannot be read, or a part of it cannot be made
     */
    public static Transport create(
            String expression,
            List<TransportFactory> explicit,
            BiFunction<String, InstantSource, Transport> memory,
            TransportContext context) {
        return create(expression, FactoryLookup.system(explicit, new BuiltInTransports(memory)), context);
    }

    static Transport create(String expression, FactoryLookup factories, TransportContext context) {
        return new TransportRegistry(expression, factories, context).make(ExpressionParser.parse(expression));
    }

    private Transport make(Expression expression) {
        if (expression instanceof Expression.Single single) {
            return makeSingle(single);
        }
        if (expression instanceof Expression.Weighted weighted) {
            return new WeightedTransport(makeAll(weighted.children()), weighted.weights());
        }
        return new FailoverTransport(makeAll(((Expression.Failover) expression).children()));
    }

    private List<Transport> makeAll(List<Expression> expressions) {
        List<Transport> made = new ArrayList<>();
        boolean complete = false;
        try {
            for (Expression e : expressions) {
                made.add(make(e));
            }
            complete = true;
            return made;
        } finally {
            if (!complete) {
                made.forEach(Transport::close);
            }
        }
    }

    private Transport makeSingle(Expression.Single single) {
        try {
            TransportUri uri = TransportUri.parse(single.uri());
            return factories.factoryOf(uri.scheme()).create(uri, context);
        } catch (MailerConfigException e) {
            throw e.option().equals("transport") ? ExpressionParser.located(text, single.position(), e) : e;
        }
    }
}
