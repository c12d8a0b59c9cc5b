-- SQLite adds a constraint by rebuilding the table (https://www.sqlite.org/lang_altertable.html#otheralter).
-- Items refer to it: dropping the old table must not touch them.
PRAGMA foreign_keys = OFF;
CREATE TABLE locations_new (
  id       INTEGER PRIMARY KEY,
  name     TEXT    NOT NULL UNIQUE COLLATE NOCASE,
  position INTEGER NOT NULL DEFAULT 0
);
INSERT INTO locations_new (id, name, position) SELECT id, name, id FROM locations;
DROP TABLE locations;
ALTER TABLE locations_new RENAME TO locations;
PRAGMA foreign_keys = ON;
