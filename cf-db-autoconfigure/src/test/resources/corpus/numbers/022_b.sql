INSERT INTO second VALUES ('b');
