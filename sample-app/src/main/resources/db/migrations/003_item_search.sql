-- Full-text search over item names; the index holds no copy of them.
CREATE VIRTUAL TABLE items_fts USING fts5 (name, content = 'items', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');

CREATE TRIGGER items_fts_insert AFTER INSERT ON items BEGIN
  INSERT INTO items_fts (rowid, name) VALUES (new.id, new.name);
END;

CREATE TRIGGER items_fts_delete AFTER DELETE ON items BEGIN
  INSERT INTO items_fts (items_fts, rowid, name) VALUES ('delete', old.id, old.name);
END;

CREATE TRIGGER items_fts_update AFTER UPDATE OF name ON items BEGIN
  INSERT INTO items_fts (items_fts, rowid, name) VALUES ('delete', old.id, old.name);
  INSERT INTO items_fts (rowid, name) VALUES (new.id, new.name);
END;
