package tech.circuitforge.db.sqlite;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * The text of a column; it stays when the row, its statement and its connection are gone.
 */
final class SqliteClob implements NClob {

	private @Nullable String text;

	SqliteClob(String text) {
		this.text = text;
	}

	private String text() throws SQLException {
		String text = this.text;
		if (text == null) {
			throw new SQLException("This Clob has been freed");
		}
		return text;
	}

	@Override
	public long length() throws SQLException {
		return text().length();
	}

	@Override
	public String getSubString(long position, int length) throws SQLException {
		return part(position, length);
	}

	private String part(long position, long length) throws SQLException {
		String text = text();
		int from = Lobs.from(position, length, text.length());
		return text.substring(from, Lobs.to(from, length, text.length()));
	}

	@Override
	public Reader getCharacterStream() throws SQLException {
		return new StringReader(text());
	}

	@Override
	public Reader getCharacterStream(long position, long length) throws SQLException {
		return new StringReader(part(position, length));
	}

	@Override
	public InputStream getAsciiStream() throws SQLException {
		return new ByteArrayInputStream(text().getBytes(StandardCharsets.US_ASCII));
	}

	@Override
	public long position(String pattern, long start) throws SQLException {
		String text = text();
		int found = text.indexOf(pattern, Lobs.from(start, 0, text.length()));
		return (found >= 0) ? found + 1L : -1;
	}

	@Override
	public long position(Clob pattern, long start) throws SQLException {
		return position(SqliteTypes.text(pattern), start);
	}

	@Override
	public int setString(long position, String text) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public int setString(long position, String text, int offset, int length) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public OutputStream setAsciiStream(long position) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public Writer setCharacterStream(long position) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public void truncate(long length) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public void free() {
		this.text = null;
	}

}
