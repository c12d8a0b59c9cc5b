CREATE TABLE shopping_list (
  id       INTEGER PRIMARY KEY,
  item_id  INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  wanted   INTEGER NOT NULL DEFAULT 1 CHECK (wanted > 0),
  added_at TEXT    NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (item_id)
);

-- What has run out goes on the list by itself; what came in leaves it.
CREATE TRIGGER items_ran_out AFTER UPDATE OF quantity ON items
WHEN new.quantity = 0 AND old.quantity > 0 BEGIN
  INSERT INTO shopping_list (item_id) VALUES (new.id) ON CONFLICT (item_id) DO NOTHING;
END;

CREATE TRIGGER items_came_in AFTER UPDATE OF quantity ON items
WHEN new.quantity > 0 AND old.quantity = 0 BEGIN
  DELETE FROM shopping_list WHERE item_id = new.id;
END;
