package tech.circuitforge.db.data;

import java.util.Collection;
import java.util.Collections;

import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.relational.core.dialect.AbstractDialect;
import org.springframework.data.relational.core.dialect.Escaper;
import org.springframework.data.relational.core.dialect.IdGeneration;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.IdentifierProcessing;
import org.springframework.data.relational.core.sql.IdentifierProcessing.LetterCasing;
import org.springframework.data.relational.core.sql.IdentifierProcessing.Quoting;
import org.springframework.data.relational.core.sql.LockOptions;
import org.springframework.data.relational.core.sql.render.PostgresUpsertRenderContext;
import org.springframework.data.relational.core.sql.render.UpsertRenderContext;

/**
 * What Spring Data JDBC has to know about SQLite; it has no dialect for it.
 */
public final class SqliteDialect extends AbstractDialect implements JdbcDialect {

	/**
	 * Backticks: SQLite takes a name in double quotes that it does not know for a string
	 * (https://www.sqlite.org/quirks.html#dblquote), so a typing error would pass.
	 */
	private static final IdentifierProcessing IDENTIFIERS = IdentifierProcessing.create(new Quoting("`"),
			LetterCasing.LOWER_CASE);

	@Override
	public LimitClause limit() {
		return new LimitClause() {

			@Override
			public String getLimit(long limit) {
				return "LIMIT " + limit;
			}

			/** OFFSET alone is an error; -1 is no limit. */
			@Override
			public String getOffset(long offset) {
				return "LIMIT -1 OFFSET " + offset;
			}

			@Override
			public String getLimitOffset(long limit, long offset) {
				return "LIMIT " + limit + " OFFSET " + offset;
			}

			@Override
			public LimitClause.Position getClausePosition() {
				return LimitClause.Position.AFTER_ORDER_BY;
			}

		};
	}

	/** SQLite locks files, not rows; a writing transaction has the file to itself. */
	@Override
	public LockClause lock() {
		return new LockClause() {

			@Override
			public String getLock(LockOptions lockOptions) {
				return "";
			}

			@Override
			public LockClause.Position getClausePosition() {
				return LockClause.Position.AFTER_ORDER_BY;
			}

		};
	}

	@Override
	public IdentifierProcessing getIdentifierProcessing() {
		return IDENTIFIERS;
	}

	/** Together with {@link EscapedLikes}. */
	@Override
	public Escaper getLikeEscaper() {
		return EscapedLikes.ESCAPER;
	}

	@Override
	public IdGeneration getIdGeneration() {
		return new IdGeneration() {

			@Override
			public boolean sequencesSupported() {
				return false;
			}

		};
	}

	/** SQLite's upsert is PostgreSQL's (https://www.sqlite.org/lang_upsert.html). */
	@Override
	public UpsertRenderContext getUpsertRenderContext() {
		return PostgresUpsertRenderContext.INSTANCE;
	}

	@Override
	public Collection<Object> getConverters() {
		return Collections.unmodifiableCollection(SqliteConverters.all());
	}

}
