package tech.circuitforge.db.data;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.data.jdbc.core.convert.DataAccessStrategy;
import org.springframework.data.relational.core.dialect.Escaper;
import org.springframework.data.relational.core.query.ValueFunction;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Lets a LIKE of Spring Data's find text that has {@code %} or {@code _} in it. Spring
 * Data escapes both, but writes no ESCAPE clause, without which SQLite knows no escape
 * character (https://www.sqlite.org/lang_expr.html#like).
 * <p>
 * The dialect's escape character stands in no text, so a value with it has been escaped:
 * its LIKE gets the clause. Patterns that the product states itself, in a derived query
 * or in SQL of its own, have no such character, and their LIKE stays as it is.
 */
public final class EscapedLikes {

	/**
	 * One of the characters that Unicode keeps for use inside of a program
	 * (https://www.unicode.org/faq/private_use.html#noncharacters). In a text that has it
	 * all the same it is escaped as well.
	 */
	static final Escaper ESCAPER = Escaper.of('\ufdd0');

	private static final Pattern LIKE = Pattern.compile(" LIKE (?:UPPER\\(:(\\w++)\\)|:(\\w++))(?!\\s*ESCAPE)");

	private static final String ESCAPE = " ESCAPE '" + ESCAPER.getEscapeCharacter() + "'";

	private EscapedLikes() {
	}

	/**
	 * Operations for a {@link DataAccessStrategy} with {@link SqliteDialect}.
	 * @param operations what runs the statements
	 * @return the same, with the ESCAPE clauses that are missing
	 */
	public static NamedParameterJdbcOperations in(NamedParameterJdbcOperations operations) {
		return (NamedParameterJdbcOperations) Proxy.newProxyInstance(EscapedLikes.class.getClassLoader(),
				new Class<?>[] { NamedParameterJdbcOperations.class }, (proxy, method, arguments) -> {
					if (arguments != null && arguments.length > 1 && arguments[0] instanceof String sql
							&& arguments[1] instanceof SqlParameterSource parameters) {
						arguments[0] = withEscape(sql, parameters);
					}
					try {
						return method.invoke(operations, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	private static String withEscape(String sql, SqlParameterSource parameters) {
		if (!sql.contains(" LIKE ")) {
			return sql;
		}
		if (parameters instanceof MapSqlParameterSource values) {
			escapeWhatIsLeft(values);
		}
		return LIKE.matcher(sql)
			.replaceAll((like) -> Matcher
				.quoteReplacement(isEscaped(parameters, parameter(like)) ? like.group() + ESCAPE : like.group()));
	}

	/** Those of a query by example are not escaped by anybody else. */
	private static void escapeWhatIsLeft(MapSqlParameterSource parameters) {
		parameters.getValues().forEach((name, value) -> {
			if (value instanceof ValueFunction<?> function) {
				parameters.addValue(name, function.apply(ESCAPER), parameters.getSqlType(name));
			}
		});
	}

	private static String parameter(MatchResult like) {
		return (like.group(1) != null) ? like.group(1) : like.group(2);
	}

	private static boolean isEscaped(SqlParameterSource parameters, String name) {
		@Nullable Object value = parameters.hasValue(name) ? parameters.getValue(name) : null;
		return value instanceof String text && text.indexOf(ESCAPER.getEscapeCharacter()) >= 0;
	}

}
