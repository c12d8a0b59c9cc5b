package tech.circuitforge.db.sqlite;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.AbstractFallbackSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/**
 * Translates SQLite's result codes into Spring's exceptions; docs/transactions.md has the
 * table.
 */
public final class SqliteExceptionTranslator extends AbstractFallbackSQLExceptionTranslator {

	/** Creates a translator that leaves what is not SQLite's to Spring's own. */
	public SqliteExceptionTranslator() {
		setFallbackTranslator(new SQLExceptionSubclassTranslator());
	}

	@Override
	protected @Nullable DataAccessException doTranslate(String task, @Nullable String sql, SQLException ex) {
		String message = buildMessage(task, sql, ex);
		SQLiteException cause = find(ex, SQLiteException.class);
		if (cause == null) {
			return (find(ex, SqliteUsageException.class) != null) ? new InvalidDataAccessApiUsageException(message, ex)
					: null;
		}
		if (cause instanceof SqliteException known && known.condition() != null) {
			return known.condition().exception(task, ex);
		}
		return switch (SqliteErrors.of(cause.getResultCode())) {
			case DUPLICATE_KEY -> new DuplicateKeyException(message, ex);
			case INTEGRITY -> new DataIntegrityViolationException(message, ex);
			case LOCK -> new CannotAcquireLockException(message, ex);
			case GRAMMAR -> new BadSqlGrammarException(task, (sql != null) ? sql : "", ex);
			case INTERRUPTED -> new QueryTimeoutException(message, ex);
			case RESOURCE -> new DataAccessResourceFailureException(message, ex);
			case TRANSIENT_RESOURCE -> new TransientDataAccessResourceException(message, ex);
			case PERMISSION -> new PermissionDeniedDataAccessException(message, ex);
			case READ_ONLY, USAGE -> new InvalidDataAccessApiUsageException(message, ex);
			case OTHER -> new UncategorizedSQLException(task, sql, ex);
		};
	}

	/**
	 * A batch hides what happened behind a code 0: in the cause, or in the chain of
	 * exceptions.
	 */
	private static <E extends SQLException> @Nullable E find(SQLException first, Class<E> type) {
		for (Throwable thrown : first) {
			if (type.isInstance(thrown)) {
				return type.cast(thrown);
			}
		}
		return null;
	}

}
