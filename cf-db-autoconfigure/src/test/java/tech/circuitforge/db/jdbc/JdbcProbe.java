package tech.circuitforge.db.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;

import javax.sql.DataSource;

import org.sqlite.SQLiteDataSource;

/**
 * Calls a method of one of JDBC's interfaces, with harmless or with wrong arguments, on
 * an object in a given state, here or on the plain driver.
 */
final class JdbcProbe implements AutoCloseable {

	static final List<Class<?>> INTERFACES = List.of(DataSource.class, Connection.class, Statement.class,
			PreparedStatement.class, ResultSet.class, ResultSetMetaData.class, ParameterMetaData.class,
			DatabaseMetaData.class, Savepoint.class);

	private static final String QUERY = "SELECT id, name FROM t WHERE id > ?";

	private static final String UPDATE = "UPDATE t SET name = name WHERE id > ?";

	private final Path directory;

	private final Product product;

	private final List<Connection> connections = new ArrayList<>();

	JdbcProbe(Path directory) throws SQLException {
		this.directory = directory;
		this.product = Product.local(directory.resolve("test.db"));
		for (Connection connection : List.of(ours(), plain())) {
			try (Statement statement = connection.createStatement()) {
				statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
				statement.execute("INSERT INTO t (name) VALUES ('a'), ('b')");
			}
		}
		closeAll();
	}

	@Override
	public void close() throws SQLException {
		closeAll();
		this.product.close();
	}

	static List<Method> methods(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> !Modifier.isStatic(method.getModifiers()))
			.sorted(Comparator.comparing(Method::toString))
			.toList();
	}

	/** Whether a call is "refused" or "silent", or the wrong exception after an "!". */
	String outcome(boolean here, Class<?> type, Method method, State state, boolean wrong) throws Exception {
		Connection connection = here ? ours() : plain();
		if (here && state == State.READ_ONLY) {
			connection.setReadOnly(true);
		}
		try {
			Object object = object(connection, type, method, state, here);
			Object[] arguments = wrong ? wrong(method) : harmless(connection, type, method);
			state.enter(connection, object);
			method.invoke(object, arguments);
			return "silent";
		}
		catch (InvocationTargetException ex) {
			return (ex.getCause() instanceof SQLException) ? "refused" : "!" + ex.getCause();
		}
		finally {
			closeAll();
		}
	}

	private Object object(Connection connection, Class<?> type, Method method, State state, boolean here)
			throws SQLException {
		if (type == DataSource.class) {
			return here ? this.product.dataSource() : plainDataSource();
		}
		if (type == Connection.class) {
			if (ofTransactions(method)) {
				connection.setAutoCommit(false);
			}
			return connection;
		}
		if (type == DatabaseMetaData.class) {
			return connection.getMetaData();
		}
		if (type == Savepoint.class) {
			connection.setAutoCommit(false);
			return method.getName().equals("getSavepointId") ? connection.setSavepoint() : connection.setSavepoint("s");
		}
		if (type == Statement.class) {
			return connection.createStatement();
		}
		PreparedStatement statement = connection.prepareStatement(method.getName().contains("Update") ? UPDATE : QUERY);
		statement.setInt(1, 0);
		if (type == PreparedStatement.class) {
			return statement;
		}
		if (type == ParameterMetaData.class) {
			return statement.getParameterMetaData();
		}
		ResultSet rows = connection.createStatement().executeQuery("SELECT id, name FROM t");
		for (int i = 0; i < state.rows; i++) {
			rows.next();
		}
		return (type == ResultSetMetaData.class) ? rows.getMetaData() : rows;
	}

	private DataSource plainDataSource() {
		SQLiteDataSource dataSource = new SQLiteDataSource();
		dataSource.setUrl("jdbc:sqlite:" + this.directory.resolve("plain.db"));
		return dataSource;
	}

	private static boolean ofTransactions(Method method) {
		return Set.of("commit", "rollback", "setSavepoint", "releaseSavepoint").contains(method.getName());
	}

	private static Object[] wrong(Method method) {
		return Arrays.stream(method.getParameterTypes()).map((type) -> {
			if (type == boolean.class) {
				return false;
			}
			return type.isPrimitive() ? number(type, -17) : null;
		}).toArray();
	}

	private static Object[] harmless(Connection connection, Class<?> type, Method method) throws SQLException {
		Class<?>[] types = method.getParameterTypes();
		Object[] arguments = new Object[types.length];
		// Of createStatement and prepareStatement.
		List<Integer> cursor = new ArrayList<>(
				List.of(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.CLOSE_CURSORS_AT_COMMIT));
		for (int i = 0; i < types.length; i++) {
			if (types[i] == Savepoint.class) {
				arguments[i] = connection.setSavepoint();
			}
			else if (types[i] == int.class && method.getName().matches("(create|prepare)Statement")
					&& Arrays.stream(types).filter((each) -> each == int.class).count() > 1) {
				arguments[i] = cursor.remove(0);
			}
			else if (method.getName().equals("setFetchDirection")) {
				arguments[i] = ResultSet.FETCH_FORWARD;
			}
			else if (method.getName().equals("setHoldability")) {
				arguments[i] = ResultSet.CLOSE_CURSORS_AT_COMMIT;
			}
			else if (types[i] == String.class && method.getName().contains("Update") && type == Statement.class) {
				arguments[i] = UPDATE.replace("?", "0");
			}
			else {
				arguments[i] = harmless(type, types[i]);
			}
		}
		return arguments;
	}

	private static Object harmless(Class<?> type, Class<?> parameter) {
		if (parameter == boolean.class) {
			return false;
		}
		if (parameter.isPrimitive()) {
			return number(parameter, 1);
		}
		if (parameter == String.class) {
			return (type == ResultSet.class) ? "id" : (type == DatabaseMetaData.class) ? "t" : "SELECT 1";
		}
		if (parameter == Class.class) {
			return (type == ResultSet.class) ? Integer.class : type;
		}
		if (parameter == Executor.class) {
			return (Executor) Runnable::run;
		}
		if (parameter.isArray()) {
			return Array.newInstance(parameter.getComponentType(), 0);
		}
		if (parameter == Object.class) {
			return "x";
		}
		if (parameter == Calendar.class) {
			return Calendar.getInstance();
		}
		if (parameter == Properties.class) {
			return new Properties();
		}
		if (parameter == Map.class) {
			return Map.of();
		}
		if (parameter == BigDecimal.class) {
			return BigDecimal.ONE;
		}
		if (parameter == InputStream.class) {
			return InputStream.nullInputStream();
		}
		return (parameter == Reader.class) ? new StringReader("x") : null;
	}

	private static Object number(Class<?> type, int value) {
		return switch (type.getName()) {
			case "int" -> value;
			case "long" -> (long) value;
			case "short" -> (short) value;
			case "byte" -> (byte) value;
			case "float" -> (float) value;
			default -> (double) value;
		};
	}

	private Connection ours() throws SQLException {
		return opened(this.product.dataSource().getConnection());
	}

	private Connection plain() throws SQLException {
		return opened(DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("plain.db")));
	}

	private Connection opened(Connection connection) {
		this.connections.add(connection);
		return connection;
	}

	private void closeAll() throws SQLException {
		for (Connection connection : this.connections) {
			connection.close();
		}
		this.connections.clear();
	}

	enum State {

		OPEN(0), ON_A_ROW(1), AFTER_THE_END(3), READ_ONLY(1), CLOSED(1), CONNECTION_CLOSED(1);

		/** How many times to call next(). */
		private final int rows;

		State(int rows) {
			this.rows = rows;
		}

		boolean closes() {
			return this == CLOSED || this == CONNECTION_CLOSED;
		}

		void enter(Connection connection, Object object) throws Exception {
			if (this == CLOSED && object instanceof AutoCloseable closeable) {
				closeable.close();
			}
			else if (closes()) {
				connection.close();
			}
		}

	}

}
