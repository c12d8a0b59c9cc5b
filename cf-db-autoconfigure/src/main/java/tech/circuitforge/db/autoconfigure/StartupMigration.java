package tech.circuitforge.db.autoconfigure;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Migrates during the start so that a signal ends it. The shutdown hook of Spring Boot
 * closes the context, which waits for the start, which waits for the migrations: so they
 * have a hook of their own.
 */
final class StartupMigration {

	private StartupMigration() {
	}

	/**
	 * Runs.
	 * @param migration what the start waits for
	 * @param stop makes it end
	 * @throws IllegalStateException if the process is ending: the start goes no further
	 */
	static void run(Runnable migration, Runnable stop) {
		AtomicBoolean stopped = new AtomicBoolean();
		Thread hook = new Thread(() -> {
			stopped.set(true);
			stop.run();
		}, "cf-db-stop");
		Runtime.getRuntime().addShutdownHook(hook);
		try {
			migration.run();
		}
		catch (RuntimeException ex) {
			if (!stopped.get()) {
				throw ex;
			}
		}
		finally {
			remove(hook);
		}
		if (stopped.get()) {
			throw new IllegalStateException("The process was told to end while databases were being migrated. What "
					+ "was migrated stays so, nothing is half done; the next start goes on.");
		}
	}

	private static void remove(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			// It runs, or has run.
		}
	}

}
