CREATE TABLE begin (end TEXT, trigger INTEGER, temp TEXT, explain TEXT, "create" TEXT);
CREATE TABLE end (begin INTEGER);
INSERT INTO begin (end, trigger) VALUES ('x', 1);
INSERT INTO end VALUES (1);
UPDATE begin SET end = 'y' WHERE trigger = 1;
CREATE VIEW trigger AS SELECT end FROM begin;
CREATE TRIGGER temp AFTER INSERT ON end BEGIN
  UPDATE begin SET end = 'z', trigger = 2;
  DELETE FROM end WHERE begin = 7;
END;
INSERT INTO end VALUES (7);
SELECT CASE WHEN 1 THEN 2 END;
CREATE TABLE last (x); CREATE TEMPORARY TABLE passing (end, begin);
