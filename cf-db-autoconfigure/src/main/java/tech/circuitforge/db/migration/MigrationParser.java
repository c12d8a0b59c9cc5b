package tech.circuitforge.db.migration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.SqlScript;
import tech.circuitforge.db.sqlite.SqlScript.Statement;
import tech.circuitforge.db.sqlite.UnsafeFunctions;

/**
 * Reads the text of a script and refuses what could not be applied in one transaction.
 */
public final class MigrationParser {

	private static final Log logger = LogFactory.getLog(MigrationParser.class);

	/** 128 bits tell any two texts apart and keep the history on one page. */
	private static final int CHECKSUM_BYTES = 16;

	private static final Pattern BEGIN = Pattern.compile("BEGIN\\b.*");

	private static final Pattern COMMIT = Pattern.compile("(COMMIT|END)\\b.*");

	/** ROLLBACK TO goes back to a savepoint and ends nothing. */
	private static final Pattern ROLLBACK = Pattern.compile("ROLLBACK( TRANSACTION)?[ ;]*");

	private static final Pattern TRANSACTION_CONTROL = Pattern.compile("(BEGIN|COMMIT|END)\\b.*|" + ROLLBACK.pattern());

	/** The name of a PRAGMA may follow that of a schema. */
	private static final Pattern NOT_IN_A_TRANSACTION = Pattern
		.compile("(VACUUM|ATTACH|DETACH|PRAGMA (?:\\w+ )?JOURNAL_MODE)\\b.*");

	private MigrationParser() {
	}

	/**
	 * Reads a script.
	 * @param name its file name
	 * @param source where it was read from, for messages
	 * @param text its text; a byte order mark at its start is skipped, and line endings
	 * are made single line feeds, as the {@code sqlite3} shell and Python do
	 * @return the migration
	 * @throws MigrationException if a statement cannot be part of a migration
	 */
	public static Migration parse(String name, String source, String text) {
		String normalized = (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n")
			.replace('\r', '\n');
		List<Statement> statements = withoutTransaction(name, SqlScript.split(normalized));
		statements.forEach((statement) -> check(name, statement));
		return new Migration(name, source, checksum(normalized), statements);
	}

	/** A script may put itself into a transaction; the runner's own takes its place. */
	private static List<Statement> withoutTransaction(String name, List<Statement> statements) {
		int last = statements.size() - 1;
		if (last < 1 || !matches(BEGIN, statements.get(0))) {
			return statements;
		}
		if (matches(COMMIT, statements.get(last))) {
			logger.warn(("Migration %s has BEGIN and COMMIT around its statements. They are left out: each migration "
					+ "runs in a transaction anyway.")
				.formatted(name));
			return statements.subList(1, last);
		}
		if (matches(ROLLBACK, statements.get(last))) {
			logger.warn("Migration %s ends in ROLLBACK, which undoes all its statements: none of them is run."
				.formatted(name));
			return List.of();
		}
		return statements;
	}

	private static boolean matches(Pattern pattern, Statement statement) {
		return pattern.matcher(statement.words()).matches();
	}

	private static void check(String name, Statement statement) {
		Matcher control = TRANSACTION_CONTROL.matcher(statement.words());
		if (control.matches()) {
			throw refused(name, statement, (control.group(1) != null) ? control.group(1) : "ROLLBACK",
					"A migration is applied in one transaction, which the script cannot end or divide");
		}
		String unsafe = UnsafeFunctions.findCall(statement.text());
		if (unsafe != null) {
			throw refused(name, statement, unsafe + "()", UnsafeFunctions.refusal(unsafe));
		}
		Matcher outside = NOT_IN_A_TRANSACTION.matcher(statement.words());
		if (outside.matches()) {
			throw refused(name, statement, outside.group(1), "It cannot run inside the migration's transaction");
		}
	}

	private static MigrationException refused(String name, Statement statement, String keyword, String reason) {
		return new MigrationException("Migration %s, line %d: %s is not allowed. %s; remove it from the script."
			.formatted(name, statement.line(), keyword, reason), null);
	}

	/** The start of the text's SHA-256. */
	private static String checksum(String text) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(Arrays.copyOf(hash, CHECKSUM_BYTES));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
