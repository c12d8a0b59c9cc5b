CREATE TABLE crlf (
  x TEXT -- a; comment
);
INSERT INTO crlf VALUES (1);

