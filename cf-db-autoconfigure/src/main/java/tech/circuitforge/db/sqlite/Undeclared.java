package tech.circuitforge.db.sqlite;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * SQLExceptions that JDBC's interfaces declare and the driver's methods do not, though
 * ours override both: {@code unwrap} with a ClassCastException instead, the questions
 * that a closed result set still answers.
 */
final class Undeclared {

	private Undeclared() {
	}

	/**
	 * Throws an exception that the compiler does not ask about.
	 * @return nothing; for the caller's {@code throw}
	 */
	static RuntimeException thrown(SQLException ex) {
		throw Undeclared.<RuntimeException>as(ex);
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <E extends Throwable> E as(Throwable ex) throws E {
		throw (E) ex;
	}

	/** {@link java.sql.Wrapper#unwrap} of what wraps nothing but itself. */
	static <T> T unwrap(Object object, @Nullable Class<T> type) {
		if (type == null || !type.isInstance(object)) {
			throw thrown(new SqliteUsageException("This %s does not wrap a %s"
				.formatted(object.getClass().getSimpleName(), (type != null) ? type.getName() : "null")));
		}
		return type.cast(object);
	}

	/** {@link java.sql.Wrapper#isWrapperFor} of the same. */
	static boolean isWrapperFor(Object object, @Nullable Class<?> type) {
		return type != null && type.isInstance(object);
	}

}
