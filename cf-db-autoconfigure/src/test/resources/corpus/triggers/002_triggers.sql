CREATE TRIGGER items_added AFTER INSERT ON items
WHEN CASE new.quantity WHEN 0 THEN 0 ELSE CASE WHEN new.name IS NULL THEN 0 ELSE 1 END END
BEGIN
  INSERT INTO log VALUES (1, CASE WHEN new.quantity > 10 THEN 'many; really' ELSE 'few' END);
  -- END; of nothing
  UPDATE items SET "end" = (SELECT CASE WHEN 1 THEN 'x' END) WHERE id = new.id;
  /* END; neither */
  SELECT CASE
    WHEN new.quantity < 0 THEN RAISE(ABORT, 'negative; not allowed')
  END;
END;

CREATE TRIGGER IF NOT EXISTS items_renamed UPDATE OF name ON items FOR EACH ROW BEGIN
  DELETE FROM log WHERE what = 'end';
  INSERT INTO log SELECT 2, old.name || ';' || new.name;
end
;
create trigger stock_insert instead of insert on stock begin insert into items (name, quantity) values (new.name, 1); end;
INSERT INTO items (name, quantity) VALUES ('rice', 3), ('salt', 30), (NULL, 5), ('none', 0);
UPDATE items SET name = 'Rice' WHERE name = 'rice';
INSERT INTO stock (name) VALUES ('tea');
CREATE TEMP TRIGGER gone AFTER DELETE ON items BEGIN SELECT 1; END;
DROP TRIGGER items_renamed;
