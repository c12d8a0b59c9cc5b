-- Where most households keep things; they can be renamed.
INSERT INTO locations (id, name) VALUES (1, 'Cupboard'), (2, 'Fridge'), (3, 'Freezer');
