package tech.circuitforge.db.migration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.sqlite.Pragma;
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

	private static final Pattern NOT_IN_A_TRANSACTION = Pattern.compile("(VACUUM|ATTACH|DETACH)\\b.*");

	private static final String FIXED = "it cannot be changed any more once a database is there, which is before its "
			+ "first script";

	/** PRAGMAs that do nothing in a transaction or to a database that exists, and why. */
	private static final Map<String, String> IDLE = Map.of("JOURNAL_MODE", "every database is in WAL mode",
			"SYNCHRONOUS", "cf.db.sqlite.synchronous decides", "WAL_CHECKPOINT",
			"SQLite does it by itself, and not in a transaction", "ENCODING", FIXED, "PAGE_SIZE", FIXED, "AUTO_VACUUM",
			FIXED, "TEMP_STORE", "temporary tables are the same elsewhere, and in a transaction they cannot be moved");

	private final ScriptProblems problems;

	MigrationParser(ScriptProblems problems) {
		this.problems = problems;
	}

	/**
	 * Reads a script.
	 * @param name its file name
	 * @param source where it was read from, for messages
	 * @param text its text; a byte order mark at its start is skipped, and line endings
	 * are made single line feeds, as the {@code sqlite3} shell and Python do
	 * @return the migration
	 * @throws MigrationException if statements cannot be part of a migration; it names
	 * all of them
	 */
	public static Migration parse(String name, String source, String text) {
		ScriptProblems problems = new ScriptProblems();
		Migration migration = new MigrationParser(problems).read(name, source, text);
		problems.throwIfAny();
		return migration;
	}

	/** Reads a script and notes what is wrong with it. */
	Migration read(String name, String source, String text) {
		this.problems.lookAt(name);
		String normalized = (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n")
			.replace('\r', '\n');
		int nul = normalized.indexOf('\0');
		if (nul >= 0) {
			// SQLite would end the statement there.
			this.problems.add(line(normalized, nul), "a NUL character: this is no text, or UTF-16; save it as UTF-8");
			normalized = "";
		}
		List<Statement> statements = OwnTransactions.leaveOut(SqlScript.split(normalized), this.problems)
			.stream()
			.filter(this::isToRun)
			.toList();
		return new Migration(name, source, checksum(SqlScript.withoutComments(normalized)), checksum(normalized),
				statements);
	}

	private static int line(String text, int position) {
		return 1 + (int) text.substring(0, position).chars().filter((c) -> c == '\n').count();
	}

	private boolean isToRun(Statement statement) {
		String unsafe = UnsafeFunctions.findCall(statement.text());
		if (unsafe != null) {
			this.problems.add(statement, unsafe + "()",
					UnsafeFunctions.refusal(unsafe) + "; remove it from the script");
		}
		Matcher outside = NOT_IN_A_TRANSACTION.matcher(statement.words());
		if (outside.matches()) {
			this.problems.add(statement, outside.group(1),
					"It cannot run inside the migration's transaction; remove it from the script");
		}
		Pragma pragma = Pragma.parse(statement);
		return pragma == null || isToRun(pragma, statement);
	}

	private boolean isToRun(Pragma pragma, Statement statement) {
		String written = "PRAGMA " + pragma.name().toLowerCase(Locale.ROOT);
		if (pragma.isAssignment() && pragma.isProcessWide()) {
			this.problems.add(statement, written, "It is about the whole process; remove it from the script");
		}
		if (pragma.isAssignment() && pragma.isTrust()) {
			this.problems.add(statement, written,
					"It stays off, because a user's file may come from anywhere; remove it from the script");
		}
		if (pragma.name().equals("JOURNAL_MODE") && !isWal(pragma.value())) {
			this.problems.add(statement, written + " = " + pragma.value(),
					"Every database is in WAL mode and stays in it; remove it from the script");
			return false;
		}
		String reason = IDLE.get(pragma.name());
		if (reason != null) {
			logger.warn("Migration %s, line %d: %s does nothing and is left out: %s."
				.formatted(this.problems.migration(), statement.line(), written, reason));
		}
		return reason == null;
	}

	private static boolean isWal(@Nullable String mode) {
		return Objects.requireNonNullElse(mode, "WAL").equals("WAL");
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
