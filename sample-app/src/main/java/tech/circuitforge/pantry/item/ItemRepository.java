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
	 * Replaces an item.
	 * @param id its number
	 * @param item what it is from now on
	 * @return whether there was one
	 */
	public boolean replace(long id, NewItem item) {
		return this.jdbc.sql("""
				UPDATE items
				SET name = :name, quantity = :quantity, expires_on = :expiresOn
				WHERE id = :id
				""")
			.param("id", id)
			.param("name", item.name().strip())
			.param("quantity", item.quantity())
			.param("expiresOn", item.expiresOn())
			.update() > 0;
	}

	/**
	 * Puts in or takes out some of an item, down to none.
	 * @param id its number
	 * @param by how many more there are
	 */
	public void adjust(long id, int by) {
		this.jdbc.sql("""
				UPDATE items
				SET quantity = max(0, min(quantity + :by, :most))
				WHERE id = :id
				""").param("id", id).param("by", by).param("most", NewItem.MOST).update();
	}

	/**
	 * Removes an item.
	 * @param id its number
	 * @return what was removed, or nothing if there is no such item
	 */
	public Optional<DeletedItem> delete(long id) {
		Optional<DeletedItem> item = this.jdbc.sql("""
				SELECT items.id, name, quantity, expires_on, location_id, category_id, created_at,
				       wanted, added_at AS listed_at
				FROM items
				LEFT JOIN shopping_list ON item_id = items.id
				WHERE items.id = :id
				""").param("id", id).query(DeletedItem.class).optional();
		this.jdbc.sql("DELETE FROM items WHERE id = :id").param("id", id).update();
		return item;
	}

	/**
	 * Puts a deleted item back, under its old number. Where it was kept and what kind of
	 * thing it is may have been deleted since.
	 * @param item what {@link #delete} returned
	 */
	public void putBack(DeletedItem item) {
		this.jdbc.sql("""
				INSERT INTO items (id, name, quantity, expires_on, created_at, location_id, category_id)
				VALUES (:id, :name, :quantity, :expiresOn, :createdAt,
				        (SELECT id FROM locations WHERE id = :locationId),
				        (SELECT id FROM categories WHERE id = :categoryId))
				""").paramSource(item).update();
		if (item.wanted() != null) {
			this.jdbc.sql("""
					INSERT INTO shopping_list (item_id, wanted, added_at)
					VALUES (:id, :wanted, :listedAt)
					""").paramSource(item).update();
		}
	}

}
