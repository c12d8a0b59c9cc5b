CREATE TABLE v (x);
INSERT INTO v VALUES (x'3b'), (X'00FF3B27'), (x''), (0x1F), (1e3), (1.5E-2), (.5), (-9223372036854775808), (NULL), (TRUE);
INSERT INTO v SELECT '{"a;b": [1, 2]}' ->> '$."a;b"[1]';
INSERT INTO v VALUES ('a' || ';' || 'b'), (1 <> 2), (1 != 2), (3 % 2), (1 << 4), (~1), ('x' LIKE '%;%');
