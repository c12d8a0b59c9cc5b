INSERT INTO categories (name) VALUES ('Baking'), ('Drinks'), ('Fruit & vegetables'), ('Meat; fish'), ('Other');
