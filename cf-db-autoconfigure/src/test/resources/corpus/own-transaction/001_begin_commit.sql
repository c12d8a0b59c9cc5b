-- written for the shell
BEGIN TRANSACTION;
CREATE TABLE kept (x);
INSERT INTO kept VALUES (1);
COMMIT;
