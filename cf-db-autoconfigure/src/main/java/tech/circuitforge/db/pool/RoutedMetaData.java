package tech.circuitforge.db.pool;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Metadata as an application holds it: the driver's, asked only as long as its connection
 * is open and by whoever the connection belongs to, and leading back to no other
 * connection than that one. A proxy, because it does the same for all of the interface's
 * methods, those of coming Java versions included.
 */
final class RoutedMetaData implements InvocationHandler {

	private final DatabaseMetaData driver;

	private final RoutedConnection connection;

	private RoutedMetaData(DatabaseMetaData driver, RoutedConnection connection) {
		this.driver = driver;
		this.connection = connection;
	}

	static DatabaseMetaData of(DatabaseMetaData driver, RoutedConnection connection) {
		return (DatabaseMetaData) Proxy.newProxyInstance(RoutedMetaData.class.getClassLoader(),
				new Class<?>[] { DatabaseMetaData.class }, new RoutedMetaData(driver, connection));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		return switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> "MetaData of " + this.connection;
			case "isWrapperFor" -> arguments != null && arguments[0] instanceof Class<?> type && type.isInstance(proxy);
			case "unwrap" -> unwrap(proxy, arguments);
			case "getConnection" -> {
				this.connection.checkMayBeUsed();
				yield this.connection;
			}
			default -> {
				if (method.getExceptionTypes().length > 0) {
					this.connection.checkMayBeUsed();
				}
				// The others tell the driver's version, and may not throw.
				yield ask(method, arguments);
			}
		};
	}

	private static Object unwrap(Object proxy, Object @Nullable [] arguments) throws SQLException {
		if (arguments != null && arguments[0] instanceof Class<?> type && type.isInstance(proxy)) {
			return proxy;
		}
		throw new SQLException("The driver's own metadata is not handed out: it leads to a connection of the pool");
	}

	private @Nullable Object ask(Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(this.driver, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

}
