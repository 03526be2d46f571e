// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.docs;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;

@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
public class RecipientPagesFluxSecurity {
    // tag::recipient-pages-flux-security[]
    @Bean
    @Order(1)
    SecurityWebFilterChain recipientPages(ServerHttpSecurity http) {
        return http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/t/**", "/u/**"))
                .authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                .csrf(csrf -> csrf.disable())
                .build();
    }
    // end::recipient-pages-flux-security[]

    @Bean
    SecurityWebFilterChain everythingElse(ServerHttpSecurity http) {
        return http.authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                .build();
    }
}
