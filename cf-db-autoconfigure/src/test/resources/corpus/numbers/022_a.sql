CREATE TABLE second (x); INSERT INTO second VALUES ('a');
