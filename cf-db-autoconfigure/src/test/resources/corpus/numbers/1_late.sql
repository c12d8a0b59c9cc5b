INSERT INTO second VALUES ('d');
