CREATE TABLE first (x);
