package tech.circuitforge.pantry.operator;

import java.util.List;
import java.util.Locale;

/**
 * A small plot of the last minutes, to be drawn as a line.
 *
 * @param title what it shows
 * @param unit of its values
 * @param values the values, oldest first
 */
record Plot(String title, String unit, List<Double> values) {

	static final int WIDTH = 240;

	static final int HEIGHT = 48;

	/** The line, as SVG has it: from left to right, the largest value at the top. */
	public String line() {
		double most = Math.max(most(), Double.MIN_NORMAL);
		StringBuilder line = new StringBuilder();
		// The newest value is at the right edge, also while there are few.
		int missing = Figures.KEPT - this.values.size();
		for (int i = 0; i < this.values.size(); i++) {
			double x = (double) WIDTH * (missing + i) / (Figures.KEPT - 1);
			double y = HEIGHT - 1 - (HEIGHT - 2) * this.values.get(i) / most;
			line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
		}
		return line.toString();
	}

	/** The newest value in words. */
	public String now() {
		return words(this.values.isEmpty() ? 0 : this.values.get(this.values.size() - 1));
	}

	/** What the line shows, for those who do not see it. */
	public String description() {
		return "%s: now %s, at most %s in the last two minutes".formatted(this.title, now(), words(most()));
	}

	private double most() {
		return this.values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
	}

	private String words(double value) {
		return String.format(Locale.ROOT, (value == 0 || value >= 10) ? "%.0f %s" : "%.1f %s", value, this.unit);
	}

}
