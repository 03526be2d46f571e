// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.docs;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.web.SecurityFilterChain;

@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
public class RecipientPagesSecurity {
    // tag::recipient-pages-security[]
    @Bean
    @Order(1)
    SecurityFilterChain recipientPages(HttpSecurity http) {
        return http.securityMatcher("/t/**", "/u/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .sessionManagement(sessions -> sessions.disable())
                .build();
    }
    // end::recipient-pages-security[]

    @Bean
    SecurityFilterChain everythingElse(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .build();
    }
}
