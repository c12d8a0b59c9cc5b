package tech.circuitforge.db.security;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.ClaimAccessor;

import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.security.SecurityContextUserResolver.UserIdSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which values of a token's claims are ids, and what is said about the others.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecurityContextUserResolverTests {

	@AfterEach
	void signOut() {
		SecurityContextHolder.clearContext();
	}

	static Stream<Arguments> ids() {
		return Stream.of(Arguments.of("alice", "alice"), Arguments.of("[alice]", "[alice]"),
				Arguments.of("true", "true"), Arguments.of("1.0", "1.0"), Arguments.of(1, "1"),
				Arguments.of(Long.MAX_VALUE, "9223372036854775807"),
				Arguments.of(new BigInteger("12345678901234567890123"), "12345678901234567890123"));
	}

	@ParameterizedTest
	@MethodSource("ids")
	void textAndWholeNumbersAreIds(Object claim, String id) {
		assertThat(find(new ClaimUserIdSource(List.of("household")), Map.of("household", claim))).hasToString(id);
	}

	static Stream<Arguments> others() {
		return Stream.of(Arguments.of(List.of("secret"), "an array"), Arguments.of(List.of(), "an array"),
				Arguments.of(Map.of("id", "secret"), "an object"), Arguments.of(true, "true or false"),
				Arguments.of(1.2345678901234568E22, "Double"), Arguments.of(1.0, "Double"),
				Arguments.of(new BigDecimal("1.5"), "BigDecimal"));
	}

	@ParameterizedTest
	@MethodSource("others")
	void nothingElseIsAndTheTypeIsNamedWithoutTheValue(Object claim, String type) {
		assertThatExceptionOfType(NoCurrentUserException.class)
			.isThrownBy(() -> find(new ClaimUserIdSource(List.of("household")), Map.of("household", claim)))
			.withMessageContaining("\"household\"")
			.withMessageContaining(type)
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret").doesNotContain("E22"))
			.satisfies((ex) -> assertThat(ex.isSignedIn()).isTrue());
		// The authenticated name is the claim's toString().
		assertThatExceptionOfType(NoCurrentUserException.class)
			.isThrownBy(() -> find(new TokenNameUserIdSource(), Map.of("household", claim), claim.toString()))
			.withMessageContaining("\"household\"");
	}

	/** What Nimbus makes of numbers in the subject, before anybody can see them. */
	@ParameterizedTest
	@ValueSource(strings = { "1.2345678901234568E22", "1.0", "-2.5E-7" })
	void subjectThatWasAFloatingPointNumberIsNoId(String subject) {
		for (UserIdSource source : List.of(new ClaimUserIdSource(List.of("sub")), new TokenNameUserIdSource())) {
			assertThatExceptionOfType(NoCurrentUserException.class)
				.isThrownBy(() -> find(source, Map.of("sub", subject), subject))
				.withMessageContaining("\"sub\"");
		}
	}

	@Test
	void namesThatAreTextStay() {
		for (String name : List.of("alice", "[alice]", "true", "{id=alice}", "5")) {
			assertThat(find(new TokenNameUserIdSource(), Map.of("sub", name, "scope", List.of("a")), name))
				.hasToString(name);
		}
	}

	@Test
	void oneNumberAndItsTextAreOneUser() {
		UserIdSource source = new ClaimUserIdSource(List.of("household"));
		assertThat(find(source, Map.of("household", 1))).isEqualTo(find(source, Map.of("household", "1")));
	}

	@Test
	void severalClaimsTellTwoIssuersUsersApart() {
		UserIdSource source = new ClaimUserIdSource(List.of("iss", "sub"));
		assertThat(find(source, Map.of("iss", "https://a.example", "sub", "7")))
			.isEqualTo(new UserId("https://a.example|7"));
		assertThat(find(source, Map.of("iss", "a|b", "sub", "c")))
			.isNotEqualTo(find(source, Map.of("iss", "a", "sub", "b|c")));
		assertThat(find(source, Map.of("iss", "a%7Cb", "sub", "c")))
			.isNotEqualTo(find(source, Map.of("iss", "a|b", "sub", "c")));
		assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(() -> find(source, Map.of("sub", "7")))
			.withMessageContaining("\"iss\"");
	}

	@Test
	void missingClaimIsSaidOnceAMinute(CapturedOutput output) {
		AtomicLong clock = new AtomicLong();
		SecurityContextUserResolver resolver = new SecurityContextUserResolver(
				new ClaimUserIdSource(List.of("household")), clock::get);
		signIn(Map.of("sub", "alice"), "alice");
		for (int i = 0; i < 100; i++) {
			assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(resolver::resolveCurrentUser);
			clock.addAndGet(Duration.ofSeconds(1).toNanos());
		}
		assertThat(output.getOut().split("no claim \"household\"", -1)).hasSize(3);
		assertThat(output).doesNotContain("alice");
	}

	@Test
	void blankIdIsNobodysAndStaysOutOfTheLog(CapturedOutput output) {
		assertThatExceptionOfType(NoCurrentUserException.class)
			.isThrownBy(() -> find(new NameUserIdSource(), Map.of(), " "))
			.withMessageContaining("blank");
		assertThatExceptionOfType(NoCurrentUserException.class)
			.isThrownBy(() -> find(new ClaimUserIdSource(List.of("sub")), Map.of("sub", "eve\u2028\0")))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("\u2028"));
		assertThat(output).contains("it is the claim \"sub\"").doesNotContain("eve");
	}

	private static UserId find(UserIdSource source, Map<String, Object> claims) {
		return find(source, claims, "somebody");
	}

	private static UserId find(UserIdSource source, Map<String, Object> claims, String name) {
		signIn(claims, name);
		return new SecurityContextUserResolver(source).resolveCurrentUser();
	}

	private static void signIn(Map<String, Object> claims, String name) {
		SecurityContextHolder.getContext()
			.setAuthentication(new TestingAuthenticationToken(new Token(new HashMap<>(claims), name), "", "USER"));
	}

	private record Token(Map<String, Object> claims, String name) implements ClaimAccessor, AuthenticatedPrincipal {

		@Override
		public Map<String, Object> getClaims() {
			return this.claims;
		}

		@Override
		public String getName() {
			return this.name;
		}

	}

}
