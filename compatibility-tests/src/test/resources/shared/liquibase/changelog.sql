--liquibase formatted sql

--changeset product:1
CREATE TABLE sellers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO sellers (name) VALUES ('acme');

--changeset product:2
ALTER TABLE sellers ADD COLUMN city TEXT;
