INSERT INTO second VALUES ('c');
