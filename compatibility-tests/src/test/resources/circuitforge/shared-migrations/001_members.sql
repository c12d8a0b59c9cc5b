CREATE TABLE members (
  user_id TEXT PRIMARY KEY,
  household INTEGER NOT NULL
);
