CREATE TABLE "a;b" ([c;d] TEXT, `e;f` TEXT, 'g;h' TEXT, "i""j" TEXT, `k``l` TEXT);
INSERT INTO "a;b" VALUES ('one;two', 'it''s; fine', '-- no comment', '/* nor here */', 'line
break;');
INSERT INTO [a;b] ([c;d]) VALUES ('"`[');
INSERT INTO `a;b` ("e;f") VALUES ('');
INSERT INTO 'a;b' ("i""j") VALUES (''''), (''';'''), ('a''''b');
CREATE INDEX "x;y" ON "a;b" ([c;d] DESC) WHERE "e;f" <> ';';
