package tech.circuitforge.db.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

import tech.circuitforge.db.migration.Migrator;

/**
 * Tells under {@code cf-db} how users' data is kept and which schema this version of the
 * application has.
 */
public final class DatabasesInfoContributor implements InfoContributor {

	private final Map<String, Object> details = new LinkedHashMap<>();

	/**
	 * Creates a contributor.
	 * @param mode cloud or local
	 * @param migrator knows the migrations
	 */
	public DatabasesInfoContributor(String mode, Migrator migrator) {
		List<String> migrations = migrator.names();
		this.details.put("mode", mode);
		this.details.put("migrations", migrations.size());
		if (!migrations.isEmpty()) {
			this.details.put("lastMigration", migrations.get(migrations.size() - 1));
		}
	}

	@Override
	public void contribute(Info.Builder builder) {
		builder.withDetail("cf-db", this.details);
	}

}
