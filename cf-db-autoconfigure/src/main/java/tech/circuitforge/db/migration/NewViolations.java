package tech.circuitforge.db.migration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Tells the references that a script has broken from those that were broken before.
 * <p>
 * Rows cannot be compared one by one: a rebuilt table may number its rows anew, and a
 * table without rowids has no numbers. So they are counted for each pair of a table and
 * its parent. What belonged to a table that is gone now may have moved with it to another
 * name.
 */
final class NewViolations {

	private NewViolations() {
	}

	/**
	 * Finds what is new.
	 * @param before what was broken before the script
	 * @param after what is broken now
	 * @param tables the tables there are now
	 * @return examples, as many as are new; none if nothing is
	 */
	static List<ForeignKeyViolation> find(List<ForeignKeyViolation> before, List<ForeignKeyViolation> after,
			Collection<String> tables) {
		if (after.isEmpty()) {
			return List.of();
		}
		Map<Pair, Integer> counts = new HashMap<>();
		before.forEach((violation) -> counts.merge(Pair.of(violation), 1, Integer::sum));
		Set<Pair> remaining = new HashSet<>();
		Set<ForeignKeyViolation> known = new HashSet<>(before);
		List<ForeignKeyViolation> added = new ArrayList<>();
		// Known rows first, so that the examples are rows that were whole.
		List<ForeignKeyViolation> ordered = new ArrayList<>(after.stream().filter(known::contains).toList());
		ordered.addAll(after.stream().filter((violation) -> !known.contains(violation)).toList());
		for (ForeignKeyViolation violation : ordered) {
			Pair pair = Pair.of(violation);
			remaining.add(pair);
			if (counts.merge(pair, -1, Integer::sum) < 0) {
				added.add(violation);
			}
		}
		int moved = movedAway(before, remaining, tables);
		return (added.size() > moved) ? added.subList(moved, added.size()) : List.of();
	}

	private static int movedAway(List<ForeignKeyViolation> before, Set<Pair> remaining, Collection<String> tables) {
		Set<String> present = new HashSet<>();
		tables.forEach((table) -> present.add(table.toLowerCase(Locale.ROOT)));
		return (int) before.stream()
			.map(Pair::of)
			.filter((pair) -> !remaining.contains(pair)
					&& !(present.contains(pair.table()) && present.contains(pair.parent())))
			.count();
	}

	private record Pair(String table, String parent) {

		static Pair of(ForeignKeyViolation violation) {
			return new Pair(violation.table().toLowerCase(Locale.ROOT), violation.parent().toLowerCase(Locale.ROOT));
		}

	}

}
