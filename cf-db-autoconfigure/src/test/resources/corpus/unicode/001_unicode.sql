CREATE TABLE größe (naïve TEXT, "日本; 語" TEXT, übung TEXT DEFAULT 'ä;ö');
INSERT INTO größe VALUES ('Ünïcödé; 🥫', '日本', NULL);
CREATE TRIGGER überlauf AFTER INSERT ON größe BEGIN UPDATE größe SET naïve = 'é;é'; END;
INSERT INTO größe (naïve) VALUES ('x');
