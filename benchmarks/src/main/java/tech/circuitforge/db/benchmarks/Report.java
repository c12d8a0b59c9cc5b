package tech.circuitforge.db.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs ours and its peers in turn, several rounds of short processes, and prints the
 * table of ratios. Medians over the rounds are compared, so that a disturbance of the
 * machine in one round decides nothing. Ends with 1 if a target is missed.
 */
public final class Report {

	private final int rounds;

	private final int seconds;

	private final List<String> rows = new ArrayList<>();

	private boolean missed;

	private Report(boolean quick) {
		this.rounds = quick ? 3 : 7;
		this.seconds = quick ? 1 : 2;
	}

	/**
	 * Prints the table.
	 * @param arguments {@code --quick} for a run of under ten minutes
	 * @throws Exception if a benchmark fails
	 */
	public static void main(String[] arguments) throws Exception {
		Report report = new Report(Arrays.asList(arguments).contains("--quick"));
		report.run();
		System.exit(report.missed ? 1 : 0);
	}

	private void run() throws Exception {
		Function<RunResult, Double> score = (result) -> result.getPrimaryResult().getScore();
		List<Double> read = inTurn(score, jmh("StatementBenchmark.read", "side", "ours"),
				jmh("StatementBenchmark.read", "side", "hikari"), jmh("StatementBenchmark.rawRead", "side", "hikari"));
		atMost("primary-key read, cloud mode", "µs", read, 0, "HikariCP", 1, 0.70);
		atMost("the same", "µs", read, 0, "raw JDBC, statement kept", 2, 1.25);
		List<Double> join = bothSides(score, "StatementBenchmark.join");
		atMost("four-table join with aggregation", "µs", join, 0, "HikariCP", 1, 0.90);
		List<Double> insert = bothSides(score, "StatementBenchmark.insert");
		atMost("auto-commit insert", "µs", insert, 0, "HikariCP", 1, 1.00);
		List<Double> transaction = bothSides(score, "StatementBenchmark.transaction");
		atMost("transaction, one read and one write", "µs", transaction, 0, "HikariCP", 1, 1.00);
		writers();
		List<Double> scaling = inTurn(score, jmh("ScalingBenchmark.read").threads(2),
				jmh("ScalingBenchmark.read").threads(1));
		atLeast("2 threads on different users", "reads/s", scaling, "1 thread", 1.80);
		List<Double> zipf = inTurn(score, jmh("ZipfBenchmark.ours"), jmh("ZipfBenchmark.openPerRequest"));
		atLeast("10,000 users (Zipf), 500 open", "requests/s", zipf, "open per request", 20);
		memory();
		List<Double> cold = inTurn(score, jmh("ColdOpenBenchmark.ours"), jmh("ColdOpenBenchmark.bare"));
		atMost("cold open to first row, and close", "µs", cold, 0, "bare open, PRAGMAs, select", 1, 1.25);
		migrations(score);
		print();
	}

	private void migrations(Function<RunResult, Double> score) throws RunnerException {
		atMost("migrations of one file, nothing to do", "µs",
				inTurn(score, jmh("MigrationBenchmark.nothingToDo"), jmh("MigrationBenchmark.bareLook")), 0,
				"bare open, select, close", 1, 1.20);
		atMost("10,000 up-to-date files at start", "µs",
				inTurn(score, jmh("MigrationBenchmark.fleet"), jmh("MigrationBenchmark.bareFleet")), 0,
				"the bare loop, one thread", 1, 0.65);
		atMost("new user by copy", "µs",
				inTurn(score, jmh("MigrationBenchmark.newUserByCopy"), jmh("MigrationBenchmark.newUserByScripts")), 0,
				"running 28 scripts", 1, 0.20);
		atMost("28 scripts, a transaction each", "µs",
				inTurn(score, jmh("MigrationBenchmark.scriptsOneByOne"), jmh("MigrationBenchmark.scriptsInOneCall")), 0,
				"one executeUpdate, one transaction", 1, 1.50);
	}

	private void writers() throws RunnerException {
		List<List<Double>> tails = List.of(new ArrayList<>(), new ArrayList<>());
		List<List<Double>> means = List.of(new ArrayList<>(), new ArrayList<>());
		for (int round = 0; round < this.rounds; round++) {
			for (int side = 0; side < 2; side++) {
				RunResult result = single(jmh("WritersBenchmark.insert", "side", (side == 0) ? "ours" : "busyHandler"));
				tails.get(side).add(result.getPrimaryResult().getStatistics().getPercentile(99.9));
				means.get(side).add(result.getPrimaryResult().getScore());
			}
		}
		atMost("16 threads writing one file, p99.9", "µs", medians(tails), 0, "SQLite's busy handler", 1, 0.20);
		// Sixteen threads at all times: throughput is the inverse of the mean time.
		List<Double> throughput = medians(means).stream().map((micros) -> 16e6 / micros).toList();
		atLeast("16 threads writing one file", "inserts/s", throughput, "SQLite's busy handler", 0.80);
	}

	private void memory() throws IOException {
		List<List<Double>> bytes = List.of(new ArrayList<>(), new ArrayList<>());
		List<List<Double>> threads = List.of(new ArrayList<>(), new ArrayList<>());
		for (int round = 0; round < this.rounds; round++) {
			for (int side = 0; side < 2; side++) {
				List<Double> figures = probe((side == 0) ? "ours" : "hikari");
				bytes.get(side).add(figures.get(0) / 1024);
				threads.get(side).add(figures.get(1));
			}
		}
		atMost("memory of an open user", "KB", medians(bytes), 0, "a HikariCP pool per user", 1, 0.40);
		List<Double> medians = medians(threads);
		boolean met = medians.get(0) == 0;
		this.missed |= !met;
		this.rows.add("| threads of an open user | %.0f | a HikariCP pool per user | %.0f | – | 0 | %s |"
			.formatted(medians.get(0), medians.get(1), met ? "yes" : "**no**"));
	}

	private static List<Double> probe(String side) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch", "-cp",
				System.getProperty("java.class.path"), MemoryProbe.class.getName(), side)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			return Arrays.stream(output.readLine().split(" ", -1)).map(Double::valueOf).toList();
		}
	}

	private List<Double> bothSides(Function<RunResult, Double> score, String benchmark) throws RunnerException {
		return inTurn(score, jmh(benchmark, "side", "ours"), jmh(benchmark, "side", "hikari"));
	}

	/** The median of each side. */
	private List<Double> inTurn(Function<RunResult, Double> score, ChainedOptionsBuilder... sides)
			throws RunnerException {
		List<List<Double>> scores = new ArrayList<>();
		for (int round = 0; round < this.rounds; round++) {
			for (int side = 0; side < sides.length; side++) {
				if (round == 0) {
					scores.add(new ArrayList<>());
				}
				scores.get(side).add(score.apply(single(sides[side])));
			}
		}
		return medians(scores);
	}

	private static List<Double> medians(List<List<Double>> scores) {
		return scores.stream().map((side) -> side.stream().sorted().toList().get(side.size() / 2)).toList();
	}

	private ChainedOptionsBuilder jmh(String benchmark, String... parameter) {
		ChainedOptionsBuilder options = new OptionsBuilder().include("\\b" + benchmark.replace(".", "\\.") + "$")
			.verbosity(VerboseMode.SILENT)
			.forks(1)
			.warmupIterations(2)
			.warmupTime(TimeValue.seconds(this.seconds))
			.measurementIterations(2)
			.measurementTime(TimeValue.seconds(this.seconds));
		return (parameter.length == 2) ? options.param(parameter[0], parameter[1]) : options;
	}

	private static RunResult single(ChainedOptionsBuilder options) throws RunnerException {
		System.err.print('.');
		return new Runner(options.build()).runSingle();
	}

	private void atMost(String what, String unit, List<Double> medians, int ours, String peer, int side,
			double target) {
		double ratio = medians.get(ours) / medians.get(side);
		row(what, unit, medians.get(ours), peer, medians.get(side), ratio, "≤", target, ratio <= target);
	}

	private void atLeast(String what, String unit, List<Double> medians, String peer, double target) {
		double ratio = medians.get(0) / medians.get(1);
		row(what, unit, medians.get(0), peer, medians.get(1), ratio, "≥", target, ratio >= target);
	}

	private void row(String what, String unit, double ours, String peer, double theirs, double ratio, String relation,
			double target, boolean met) {
		this.missed |= !met;
		this.rows.add("| %s | %,.1f %s | %s | %,.1f %s | %.2f | %s %.2f | %s |".formatted(what, ours, unit, peer,
				theirs, unit, ratio, relation, target, met ? "yes" : "**no**"));
	}

	private void print() {
		System.out.println();
		System.out.println("| what | ours | peer | peer's | ratio | target | met? |");
		System.out.println("|---|---|---|---|---|---|---|");
		this.rows.forEach(System.out::println);
	}

}
