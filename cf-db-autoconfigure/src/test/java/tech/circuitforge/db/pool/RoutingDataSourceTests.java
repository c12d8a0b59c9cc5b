package tech.circuitforge.db.pool;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.NoCurrentUserException;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.UserMismatchException;
import tech.circuitforge.db.location.DataRoot;
import tech.circuitforge.db.location.DatabaseName;
import tech.circuitforge.db.location.Layout;
import tech.circuitforge.db.sqlite.TestConnections;
import tech.circuitforge.db.user.ScopedCurrentUser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RoutingDataSourceTests {

	private static final UserId ALICE = new UserId("alice");

	private static final UserId BOB = new UserId("bob");

	private static final String INSERT = "INSERT INTO notes (text) VALUES ('x')";

	@TempDir
	Path directory;

	private volatile @Nullable UserId signedIn;

	private DataRoot root;

	private OpenDatabases databases;

	private RoutingDataSource dataSource;

	private CurrentUser currentUser;

	private JdbcTemplate jdbc;

	private TransactionTemplate transaction;

	@BeforeEach
	void create() {
		this.root = new DataRoot(this.directory, new Layout("{user}/{app}.db", "kiwi"));
		TestDatabases parts = TestDatabases.of(this.root,
				TestDatabases.migration("001_notes.sql", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)"));
		this.databases = new OpenDatabases(parts.opener, new PoolSettings(8, 4, 32, Duration.ofMinutes(1),
				Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO));
		this.currentUser = new ScopedCurrentUser(() -> this.signedIn, new TransactionOwner(() -> this.dataSource));
		this.dataSource = new RoutingDataSource(new CurrentUserDatabase(this.currentUser, null), this.databases);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
	}

	@AfterEach
	void close() {
		this.databases.close();
	}

	@Test
	void everyStatementRunsInTheCurrentUsersFile() {
		this.signedIn = ALICE;
		this.jdbc.update(INSERT);
		this.currentUser.runAs(BOB, () -> {
			this.jdbc.update(INSERT);
			this.jdbc.update(INSERT);
		});
		this.jdbc.update(INSERT);
		this.jdbc.update(INSERT);
		assertThat(rowsOf(ALICE)).isEqualTo(3);
		assertThat(rowsOf(BOB)).isEqualTo(2);
	}

	@Test
	void noUserMeansNoSqlAndNoFile() {
		assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(() -> this.jdbc.update(INSERT))
			.withMessageContaining(Thread.currentThread().getName())
			.withMessageContaining("CurrentUser.runAs");
		assertThatExceptionOfType(NoCurrentUserException.class)
			.isThrownBy(() -> this.transaction.execute((status) -> this.jdbc.update(INSERT)));
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void connectionWithoutStatementsTouchesNothing() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			connection.commit();
			connection.rollback();
			connection.setAutoCommit(true);
			assertThat(connection.isValid(1)).isTrue();
		}
		this.transaction.executeWithoutResult((status) -> {
		});
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void otherUserInsideATransactionIsRefusedByTheCall() {
		this.signedIn = ALICE;
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update(INSERT);
			assertThatExceptionOfType(UserMismatchException.class)
				.isThrownBy(() -> this.currentUser.runAs(BOB, () -> this.jdbc.update(INSERT)))
				.withMessageContaining("alice")
				.withMessageContaining("bob");
			this.currentUser.runAs(ALICE, () -> this.jdbc.update(INSERT));
		});
		assertThat(rowsOf(ALICE)).isEqualTo(2);
		assertThat(this.root.locate(DatabaseName.of(BOB))).doesNotExist();
	}

	@Test
	void otherUserInsideATransactionIsRefusedByTheStatement() {
		this.signedIn = ALICE;
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update(INSERT);
			this.signedIn = BOB;
			assertThatExceptionOfType(UserMismatchException.class).isThrownBy(() -> this.jdbc.update(INSERT));
			this.signedIn = null;
			assertThatExceptionOfType(NoCurrentUserException.class).isThrownBy(() -> this.jdbc.update(INSERT));
		});
		// The commit itself needs no user.
		assertThat(rowsOf(ALICE)).isEqualTo(1);
		assertThat(this.root.locate(DatabaseName.of(BOB))).doesNotExist();
	}

	@Test
	void transactionBelongsToWhoeverBeganIt() {
		this.signedIn = ALICE;
		assertThatExceptionOfType(UserMismatchException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.signedIn = BOB;
				this.jdbc.update(INSERT);
			}));
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void transactionBegunWithoutAUserBelongsToTheFirstStatement() {
		this.transaction.executeWithoutResult((status) -> {
			this.currentUser.runAs(ALICE, () -> this.jdbc.update(INSERT));
			assertThatExceptionOfType(UserMismatchException.class)
				.isThrownBy(() -> this.currentUser.runAs(BOB, () -> this.jdbc.update(INSERT)));
		});
		assertThat(rowsOf(ALICE)).isEqualTo(1);
	}

	@Test
	void connectionHandedToAnotherUsersThreadIsRefused() throws SQLException {
		this.signedIn = ALICE;
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement prepared = connection.prepareStatement(INSERT);
				Statement statement = connection.createStatement()) {
			this.signedIn = BOB;
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> CompletableFuture.runAsync(() -> execute(prepared)).join())
				.withCauseInstanceOf(UserMismatchException.class);
			assertThatExceptionOfType(UserMismatchException.class).isThrownBy(() -> statement.execute(INSERT));
			assertThatExceptionOfType(UserMismatchException.class).isThrownBy(() -> statement.executeUpdate(INSERT));
			statement.addBatch(INSERT);
			assertThatExceptionOfType(UserMismatchException.class).isThrownBy(statement::executeBatch);
			assertThatExceptionOfType(UserMismatchException.class).isThrownBy(prepared::execute);
			prepared.addBatch();
			assertThatExceptionOfType(UserMismatchException.class).isThrownBy(prepared::executeBatch);
		}
		assertThat(rowsOf(ALICE)).isZero();
	}

	@Test
	void closedConnectionAndItsStatementsAreOfNoUse() throws SQLException {
		this.signedIn = ALICE;
		Connection connection = this.dataSource.getConnection();
		PreparedStatement statement = connection.prepareStatement(INSERT);
		assertThat(statement.getConnection()).isSameAs(connection);
		connection.close();
		connection.close();
		assertThat(connection.isClosed()).isTrue();
		assertThat(statement.isClosed()).isTrue();
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement);
		assertThatExceptionOfType(SQLException.class).isThrownBy(statement::executeUpdate);
		assertThat(rowsOf(ALICE)).isZero();
	}

	@Test
	void rollbackAndReadOnlyAreWhatSpringSays() {
		this.signedIn = ALICE;
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update(INSERT);
			status.setRollbackOnly();
		});
		assertThat(rowsOf(ALICE)).isZero();
		TransactionTemplate readOnly = new TransactionTemplate(this.transaction.getTransactionManager());
		readOnly.setReadOnly(true);
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> readOnly.executeWithoutResult((status) -> this.jdbc.update(INSERT)));
		this.jdbc.update(INSERT);
		assertThat(rowsOf(ALICE)).isEqualTo(1);
	}

	@Test
	void unwrapsToTheDriver() throws SQLException {
		this.signedIn = ALICE;
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(connection.isWrapperFor(SQLiteConnection.class)).isTrue();
			assertThat(connection.unwrap(SQLiteConnection.class).libversion()).startsWith("3.");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.unwrap(String.class));
		}
	}

	private int rowsOf(UserId user) {
		return ((Number) TestConnections.look(this.root.locate(DatabaseName.of(user)), "SELECT count(*) FROM notes"))
			.intValue();
	}

	private static void execute(PreparedStatement statement) {
		try {
			statement.executeUpdate();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
