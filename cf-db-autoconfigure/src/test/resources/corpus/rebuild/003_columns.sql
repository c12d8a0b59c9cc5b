PRAGMA legacy_alter_table = ON;
ALTER TABLE children RENAME COLUMN parent_id TO parent;
ALTER TABLE children ADD COLUMN note TEXT DEFAULT 'a;b' COLLATE NOCASE;
ALTER TABLE children ADD weight REAL;
ALTER TABLE parents DROP COLUMN "from";
PRAGMA legacy_alter_table = OFF;
PRAGMA user_version = 3;
