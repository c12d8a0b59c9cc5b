-- The id is the key of the account's database. It never changes and is never given again.
-- Those who have signed up before go on with their name as the id.
ALTER TABLE accounts RENAME TO accounts_by_name;

CREATE TABLE accounts (
  id           TEXT PRIMARY KEY,
  name         TEXT UNIQUE, -- none: a guest
  password     TEXT,
  created_at   TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_seen_on TEXT NOT NULL,
  deleted_on   TEXT         -- the row stays: a name is not given again either
) WITHOUT ROWID;

INSERT INTO accounts (id, name, password, created_at, last_seen_on)
  SELECT name, name, password, created_at, date(created_at) FROM accounts_by_name;

DROP TABLE accounts_by_name;

CREATE INDEX accounts_deleted ON accounts (deleted_on) WHERE deleted_on IS NOT NULL;
