package tech.circuitforge.compatibility.circuitforge;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * What was a {@code Store} with a connection of its own.
 */
@Repository
class ItemStore {

	private final JdbcClient jdbc;

	private final JdbcTemplate template;

	ItemStore(JdbcClient jdbc, JdbcTemplate template) {
		this.jdbc = jdbc;
		this.template = template;
	}

	/** {@code conn.execute(...).fetchall()} */
	List<Item> all() {
		return this.jdbc.sql("SELECT id, name, opened, added_at FROM items ORDER BY id").query(Item.class).list();
	}

	/** {@code conn.execute(...).fetchone()} */
	Optional<Item> find(long id) {
		return this.jdbc.sql("SELECT id, name, opened, added_at FROM items WHERE id = ?")
			.param(id)
			.query(Item.class)
			.optional();
	}

	/** {@code cursor.lastrowid} */
	long add(String name) {
		return this.jdbc.sql("INSERT INTO items (name) VALUES (?) RETURNING id").param(name).query(Long.class).single();
	}

	/** {@code cursor.rowcount} */
	boolean open(long id) {
		return this.jdbc.sql("UPDATE items SET opened = ? WHERE id = ?").params(true, id).update() == 1;
	}

	/** {@code with conn: conn.executemany(...)} */
	@Transactional
	public void addAll(List<String> names) {
		this.template.batchUpdate("INSERT INTO items (name) VALUES (?)", names, 100,
				(statement, name) -> statement.setString(1, name));
	}

	record Item(long id, String name, boolean opened, Instant addedAt) {

	}

}
