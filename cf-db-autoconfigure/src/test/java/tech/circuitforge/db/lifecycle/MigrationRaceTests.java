package tech.circuitforge.db.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tech.circuitforge.db.UserId;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.migration.Migration;
import tech.circuitforge.db.pool.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.circuitforge.db.sqlite.TestConnections.look;

/**
 * Several processes with many threads each open the same databases at the same moment.
 */
@Tag("process")
class MigrationRaceTests {

	private static final int PROCESSES = 4;

	private static final int USERS = 100;

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "template, 0", "scripts, 0", "template, " + FleetProcess.OLD })
	void everyScriptRunsOnceAndNobodySeesAnError(String kind, int migrationsBefore) throws Exception {
		Path rootDirectory = Files.createDirectory(this.directory.resolve("root"));
		DataRoot root = FleetProcess.root(rootDirectory);
		if (migrationsBefore > 0) {
			TestDatabases before = TestDatabases.of(root,
					FleetProcess.migrations(migrationsBefore, kind).toArray(Migration[]::new));
			for (int i = 0; i < USERS; i++) {
				before.creator.create(user(i));
			}
		}
		List<ChildJvm> children = new ArrayList<>();
		try {
			for (int i = 0; i < PROCESSES; i++) {
				children.add(ChildJvm.start(FleetProcess.class, this.directory, kind, rootDirectory.toString(),
						String.valueOf(USERS), String.valueOf(i % 2)));
			}
			for (ChildJvm child : children) {
				child.awaitReady();
			}
			for (ChildJvm child : children) {
				child.go();
			}
			for (ChildJvm child : children) {
				assertThat(child.remainingOutput()).doesNotContain("Exception");
				assertThat(child.exitCode()).isZero();
			}
		}
		finally {
			children.forEach(ChildJvm::close);
		}
		for (int i = 0; i < USERS; i++) {
			Path file = root.locate(user(i));
			assertThat(look(file, "SELECT count(*) FROM visits")).isEqualTo(PROCESSES * FleetProcess.THREADS);
			assertThat(look(file, "SELECT group_concat(step) FROM steps")).isEqualTo("1,2,3,4,5,6,7,8,9,10");
			assertThat(look(file, "SELECT count(*) FROM _migrations")).isEqualTo(FleetProcess.MIGRATIONS);
			assertThat(file.getParent()).isDirectoryNotContaining("glob:**.new-*");
		}
	}

	private static DatabaseName user(int i) {
		return DatabaseName.of(new UserId("user-" + i));
	}

}
