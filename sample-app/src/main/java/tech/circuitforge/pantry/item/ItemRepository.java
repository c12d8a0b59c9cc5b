package tech.circuitforge.pantry.item;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The items of the current user. Nothing here names a user: the statements run in the
 * user's own database.
 */
@Repository
@Transactional
public class ItemRepository {

	private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

	private final JdbcClient jdbc;

	ItemRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Lists all items, those that expire first at the top.
	 * @return the items
	 */
	@Transactional(readOnly = true)
	public List<Item> findAll() {
		return this.jdbc.sql("""
				SELECT id, name, quantity, expires_on
				FROM items
				ORDER BY expires_on IS NULL, expires_on, name COLLATE NOCASE, id
				""").query(Item.class).list();
	}

	/**
	 * Finds items by the beginnings of words in their names.
	 * @param text what a person has typed
	 * @return the items whose names have all of these words
	 */
	@Transactional(readOnly = true)
	public List<Item> search(String text) {
		String words = NO_WORD.splitAsStream(text)
			.filter((word) -> !word.isEmpty())
			.map((word) -> "\"" + word + "\"*")
			.collect(Collectors.joining(" "));
		if (words.isEmpty()) {
			return List.of();
		}
		return this.jdbc.sql("""
				SELECT items.id, items.name, quantity, expires_on
				FROM items_fts
				JOIN items ON items.id = items_fts.rowid
				WHERE items_fts MATCH :words
				ORDER BY rank, items.id
				""").param("words", words).query(Item.class).list();
	}

	/**
	 * Adds an item.
	 * @param item what to add
	 * @return the row as stored
	 */
	public Item add(NewItem item) {
		return this.jdbc.sql("""
				INSERT INTO items (name, quantity, expires_on)
				VALUES (:name, :quantity, :expiresOn)
				RETURNING id, name, quantity, expires_on
				""")
			.param("name", item.name().strip())
			.param("quantity", item.quantity())
			.param("expiresOn", item.expiresOn())
			.query(Item.class)
			.single();
	}

	/**
	 * Changes an item.
	 * @param id its number
	 * @param change what to change
	 * @return the row as it is now, or nothing if there is no such item
	 */
	public Optional<Item> change(long id, ItemChange change) {
		return this.jdbc.sql("""
				UPDATE items
				SET name = coalesce(:name, name),
				    quantity = coalesce(:quantity, quantity),
				    expires_on = coalesce(:expiresOn, expires_on)
				WHERE id = :id
				RETURNING id, name, quantity, expires_on
				""")
			.param("id", id)
			.param("name", (change.name() != null) ? change.name().strip() : null)
			.param("quantity", change.quantity())
			.param("expiresOn", change.expiresOn())
			.query(Item.class)
			.optional();
	}

	/**
	 * Removes an item.
	 * @param id its number
	 * @return whether there was one
	 */
	public boolean delete(long id) {
		return this.jdbc.sql("DELETE FROM items WHERE id = :id").param("id", id).update() > 0;
	}

}
