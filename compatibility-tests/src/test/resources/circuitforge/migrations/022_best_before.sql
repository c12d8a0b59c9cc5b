-- Two scripts have the number 022; the file name is what counts.
ALTER TABLE items ADD COLUMN best_before TEXT;
