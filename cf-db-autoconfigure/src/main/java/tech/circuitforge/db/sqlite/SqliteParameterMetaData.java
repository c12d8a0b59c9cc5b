package tech.circuitforge.db.sqlite;

import java.sql.JDBCType;
import java.sql.ParameterMetaData;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Describes parameters by the values they have: SQLite gives them no types.
 */
final class SqliteParameterMetaData implements ParameterMetaData {

	private final SqliteStatement statement;

	private final @Nullable Object[] parameters;

	SqliteParameterMetaData(SqliteStatement statement, @Nullable Object[] parameters) {
		this.statement = statement;
		this.parameters = parameters;
	}

	private @Nullable Object value(int parameter) throws SQLException {
		this.statement.checkNotClosed();
		if (parameter < 1 || parameter > this.parameters.length) {
			throw new SqliteUsageException(
					"There is no parameter %d; there are %d".formatted(parameter, this.parameters.length));
		}
		return this.parameters[parameter - 1];
	}

	@Override
	public int getParameterCount() throws SQLException {
		this.statement.checkNotClosed();
		return this.parameters.length;
	}

	@Override
	public int isNullable(int parameter) throws SQLException {
		value(parameter);
		return parameterNullable;
	}

	@Override
	public boolean isSigned(int parameter) throws SQLException {
		return value(parameter) instanceof Number;
	}

	@Override
	public int getPrecision(int parameter) throws SQLException {
		value(parameter);
		return 0;
	}

	@Override
	public int getScale(int parameter) throws SQLException {
		value(parameter);
		return 0;
	}

	@Override
	public int getParameterType(int parameter) throws SQLException {
		return type(parameter).getVendorTypeNumber();
	}

	@Override
	public String getParameterTypeName(int parameter) throws SQLException {
		return type(parameter).getName();
	}

	/** A parameter has the type of its value, and none before it has one. */
	private JDBCType type(int parameter) throws SQLException {
		Object value = value(parameter);
		if (value == null) {
			return JDBCType.NULL;
		}
		if (value instanceof Number) {
			return (value instanceof Integer) ? JDBCType.INTEGER
					: (value instanceof Long) ? JDBCType.BIGINT : JDBCType.DOUBLE;
		}
		return (value instanceof String) ? JDBCType.VARCHAR : JDBCType.BLOB;
	}

	@Override
	public String getParameterClassName(int parameter) throws SQLException {
		Object value = value(parameter);
		return ((value != null) ? value.getClass() : Object.class).getName();
	}

	@Override
	public int getParameterMode(int parameter) throws SQLException {
		value(parameter);
		return parameterModeIn;
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		return Undeclared.unwrap(this, type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) {
		return Undeclared.isWrapperFor(this, type);
	}

}
