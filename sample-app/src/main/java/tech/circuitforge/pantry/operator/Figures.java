package tech.circuitforge.pantry.operator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;

import org.springframework.boot.micrometer.metrics.actuate.endpoint.MetricsEndpoint;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Remembers for two minutes what the meters have shown.
 */
@Component
class Figures {

	/** How many times are remembered. */
	static final int KEPT = 60;

	private static final Duration EVERY = Duration.ofSeconds(2);

	private final MetricsEndpoint metrics;

	private final Deque<Sample> samples = new ArrayDeque<>();

	Figures(MetricsEndpoint metrics) {
		this.metrics = metrics;
	}

	@Scheduled(fixedRate = 2_000)
	synchronized void take() {
		this.samples.addLast(new Sample(value("cf.db.opens", "COUNT"), value("cf.db.opens", "TOTAL_TIME"),
				value("cf.db.evictions", "COUNT"), value("http.server.requests", "COUNT"),
				value("http.server.requests", "TOTAL_TIME")));
		// One more than is shown: each point is the difference of two.
		if (this.samples.size() > KEPT + 1) {
			this.samples.removeFirst();
		}
	}

	synchronized List<Plot> plots() {
		double seconds = EVERY.toSeconds();
		return List.of(plot("Databases opened", "/s", (before, now) -> (now.opens() - before.opens()) / seconds),
				plot("Closed to make room", "/s", (before, now) -> (now.evictions() - before.evictions()) / seconds),
				plot("Opening takes", "ms",
						(before, now) -> mean(now.opening() - before.opening(), now.opens() - before.opens())),
				plot("A request takes", "ms",
						(before, now) -> mean(now.serving() - before.serving(), now.requests() - before.requests())));
	}

	private Plot plot(String title, String unit, BiFunction<Sample, Sample, Double> value) {
		List<Double> values = new ArrayList<>();
		Sample before = null;
		for (Sample now : this.samples) {
			if (before != null) {
				values.add(value.apply(before, now));
			}
			before = now;
		}
		return new Plot(title, unit, values);
	}

	private static double mean(double seconds, double count) {
		return (count > 0) ? 1_000 * seconds / count : 0;
	}

	/** A meter that has counted nothing yet may not be there. */
	private double value(String meter, String statistic) {
		MetricsEndpoint.MetricDescriptor found = this.metrics.metric(meter, null);
		return (found == null) ? 0
				: found.getMeasurements()
					.stream()
					.filter((sample) -> sample.getStatistic().name().equals(statistic))
					.mapToDouble((sample) -> sample.getValue())
					.sum();
	}

	/**
	 * What the meters have shown at one time.
	 *
	 * @param opens databases opened
	 * @param opening seconds spent opening them
	 * @param evictions databases closed to make room
	 * @param requests requests served
	 * @param serving seconds spent serving them
	 */
	private record Sample(double opens, double opening, double evictions, double requests, double serving) {

	}

}
