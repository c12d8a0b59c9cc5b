package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/** What {@link SqliteBlob} and {@link SqliteClob} have in common. */
final class Lobs {

	private Lobs() {
	}

	/** JDBC counts from 1; the position after the last is one, of nothing. */
	static int from(long position, long length, int size) throws SQLException {
		if (position < 1 || position > size + 1L || length < 0) {
			throw new SQLException("There is no position %d with length %d; the value has length %d".formatted(position,
					length, size));
		}
		return (int) position - 1;
	}

	static int to(int from, long length, int size) {
		return (int) Math.min(from + Math.min(length, size), size);
	}

	static SQLException readOnly() {
		return new SQLFeatureNotSupportedException("This value is read-only: write a new one with an UPDATE");
	}

}
