package tech.circuitforge.db.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Who has borrowed a connection: asked before each of its statements.
 */
public interface StatementOwner {

	/**
	 * Returns the connection as the borrower sees it.
	 * @return what {@code Statement.getConnection()} is to return
	 */
	Connection connection();

	/**
	 * Refuses a statement that the current thread must not run here.
	 * @throws SQLException if it must not
	 */
	void checkMayExecute() throws SQLException;

}
