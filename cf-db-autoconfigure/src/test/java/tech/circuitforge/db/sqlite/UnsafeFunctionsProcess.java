package tech.circuitforge.db.sqlite;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A process that runs SQL with the plain driver and may end.
 */
public final class UnsafeFunctionsProcess {

	private UnsafeFunctionsProcess() {
	}

	public static void main(String[] arguments) throws Exception {
		String script = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
		// On a thread with the stack of a web server's.
		Thread thread = new Thread(() -> run(script));
		thread.start();
		thread.join();
	}

	private static void run(String script) {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
				Statement statement = connection.createStatement()) {
			for (String sql : script.split(";\n", -1)) {
				try (ResultSet rows = statement.executeQuery(sql)) {
					rows.next();
				}
				catch (SQLException ex) {
					// It does not take such arguments.
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
