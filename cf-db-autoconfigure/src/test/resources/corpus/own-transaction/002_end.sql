begin immediate; INSERT INTO kept VALUES (2); end transaction
