CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 0,
  name TEXT NOT NULL,
  quantity INTEGER NOT NULL DEFAULT 0,
  opened INTEGER NOT NULL DEFAULT 0,
  bought_at TEXT,
  best_before TEXT,
  price TEXT,
  code TEXT
);
