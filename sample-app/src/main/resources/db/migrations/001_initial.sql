CREATE TABLE locations (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL
);

CREATE TABLE items (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT    NOT NULL,
  quantity    INTEGER NOT NULL DEFAULT 1 CHECK (quantity >= 0),
  expires_on  TEXT,
  location_id INTEGER REFERENCES locations (id) ON DELETE SET NULL,
  created_at  TEXT    NOT NULL DEFAULT CURRENT_TIMESTAMP
);
