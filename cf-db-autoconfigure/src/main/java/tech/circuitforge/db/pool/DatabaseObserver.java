package tech.circuitforge.db.pool;

/**
 * Is wrapped around the slow things that happen to a database, to time and trace them.
 */
public interface DatabaseObserver {

	/** Observes nothing. */
	DatabaseObserver NONE = new DatabaseObserver() {

		@Override
		public <T, X extends Exception> T observe(Operation operation, Work<T, X> work) throws X {
			return work.run();
		}

	};

	/**
	 * Runs some work.
	 * @param <T> type of its result
	 * @param <X> type of its checked exception
	 * @param operation what it does
	 * @param work the work, to be run once
	 * @return what it returns
	 * @throws X what it throws
	 */
	<T, X extends Exception> T observe(Operation operation, Work<T, X> work) throws X;

	/** What is observed. */
	enum Operation {

		/** A database is opened that was not open, with everything that needs. */
		OPEN,

		/** Pending migrations are applied to a database. */
		MIGRATE

	}

	/**
	 * Some work.
	 *
	 * @param <T> type of its result
	 * @param <X> type of its checked exception
	 */
	@FunctionalInterface
	interface Work<T, X extends Exception> {

		/**
		 * Runs it.
		 * @return its result
		 * @throws X if it fails
		 */
		T run() throws X;

	}

}
