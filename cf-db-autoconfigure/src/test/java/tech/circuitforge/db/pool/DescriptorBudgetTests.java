package tech.circuitforge.db.pool;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DescriptorBudgetTests {

	@Test
	void warnsWithTheArithmetic() {
		assertThat(DescriptorBudget.check(settings(256, 4), 24, 1024)).isEqualTo(
				"cf.db.pool.max-open-databases=256 does not fit this process: 256 databases x 9 descriptors (3 for "
						+ "the first connection, 2 for each of 3 further ones) + 24 in use already = 2328, and the limit is "
						+ "1024. Raise the limit (ulimit -n, LimitNOFILE) or lower the bound to 111.");
	}

	@Test
	void isSilentWhereItFits() {
		assertThat(DescriptorBudget.check(settings(100, 1), 24, 1024)).isNull();
	}

	private static PoolSettings settings(int databases, int connections) {
		return new PoolSettings(databases, connections, 32, Duration.ofMinutes(1), Duration.ofSeconds(1),
				Duration.ofSeconds(1), Duration.ZERO);
	}

}
