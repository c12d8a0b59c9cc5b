CREATE TABLE shedlock (
  name TEXT PRIMARY KEY,
  lock_until TEXT NOT NULL,
  locked_at TEXT NOT NULL,
  locked_by TEXT NOT NULL
);
