package tech.circuitforge.db.sqlite;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The compiled statements that a connection keeps, those not used longest dropped first.
 * A statement that is in use is not in here, so the same text used twice at once is
 * compiled twice.
 */
final class StatementCache {

	private final Map<String, CompiledStatement> statements = new LinkedHashMap<>();

	private final int capacity;

	StatementCache(int capacity) {
		this.capacity = capacity;
	}

	@Nullable CompiledStatement take(String sql) {
		return this.statements.remove(sql);
	}

	void giveBack(CompiledStatement statement) throws SQLException {
		if (this.capacity == 0) {
			statement.close();
			return;
		}
		if (!statement.recycle()) {
			return;
		}
		CompiledStatement other = this.statements.put(statement.sql(), statement);
		if (other != null) {
			other.close();
		}
		else if (this.statements.size() > this.capacity) {
			// In the order of being given back: the first was given back longest ago.
			Iterator<CompiledStatement> oldest = this.statements.values().iterator();
			CompiledStatement dropped = oldest.next();
			oldest.remove();
			dropped.close();
		}
	}

}
