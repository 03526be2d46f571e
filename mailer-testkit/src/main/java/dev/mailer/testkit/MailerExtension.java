// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Mailer;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a {@link TestMailer} of its own and closes it afterwards. Parameters of the types {@link TestMailer}, {@link Mailer},
 * {@link MailerEngine} and {@link TestClock} are given it or its parts.
 *
 * <pre>{@code
 * @ExtendWith(MailerExtension.class)
 * class OrdersTest {
 *     @Test
 *     void an_order_is_confirmed(TestMailer mail) {
 *         new Orders(mail.mailer()).confirm(4711);
 *         assertThat(mail).sentTo("jo@example.org").hasSubject("Your order 4711");
 *     }
 * }
 * }</pre>
 *
 * <p>Constructors and {@code @BeforeEach} methods are given that of their test; where no test is, as in {@code @BeforeAll} and in the
 * constructor of a class that has one instance for all tests, there is none to be given, and the test class fails.
 *
 * <p>{@code @RegisterExtension final MailerExtension mail = MailerExtension.with(builder -> builder.templates(folder));} sets options.
 */
public final class MailerExtension implements AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(MailerExtension.class);

    private final Consumer<MailerBuilder> options;

    /** Without options, for {@code @ExtendWith}. */
    public MailerExtension() {
        this(builder -> {});
    }

    private MailerExtension(Consumer<MailerBuilder> options) {
        this.options = options;
    }

    /** With options as {@link TestMailer#with} takes them. */
    public static MailerExtension with(Consumer<MailerBuilder> options) {
        return new MailerExtension(options);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestMailer.class
                || type == Mailer.class
                || type == MailerEngine.class
                || type == TestClock.class;
    }

    /** So that a constructor has the mailer of its test, not one of the class. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("each test has a mailer of its own, and "
                    + parameter.getDeclaringExecutable().getName()
                    + " is called for all of them: take the parameter in a test or in @BeforeEach, or use TestMailer.create() for"
                    + " one mailer of the class");
        }
        TestMailer mail = mailOf(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == TestMailer.class) {
            return mail;
        }
        return type == TestClock.class ? mail.clock() : mail.mailer();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestMailer mail = context.getStore(NAMESPACE).remove(this, TestMailer.class);
        if (mail != null) {
            mail.close();
        }
    }

    private TestMailer mailOf(ExtensionContext context) {
        ExtensionContext.Store store = context.getStore(NAMESPACE);
        TestMailer mail = store.get(this, TestMailer.class);
        if (mail == null) {
            mail = TestMailer.with(options);
            store.put(this, mail);
        }
        return mail;
    }
}
