package tech.circuitforge.db.sqlite;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Blob;
import java.sql.SQLException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of a column; they stay when the row, its statement and its connection are
 * gone.
 */
final class SqliteBlob implements Blob {

	private byte @Nullable [] bytes;

	SqliteBlob(byte[] bytes) {
		this.bytes = bytes;
	}

	private byte[] bytes() throws SQLException {
		byte[] bytes = this.bytes;
		if (bytes == null) {
			throw new SQLException("This Blob has been freed");
		}
		return bytes;
	}

	@Override
	public long length() throws SQLException {
		return bytes().length;
	}

	@Override
	public byte[] getBytes(long position, int length) throws SQLException {
		byte[] bytes = bytes();
		int from = Lobs.from(position, length, bytes.length);
		return Arrays.copyOfRange(bytes, from, Lobs.to(from, length, bytes.length));
	}

	@Override
	public InputStream getBinaryStream() throws SQLException {
		return new ByteArrayInputStream(bytes());
	}

	@Override
	public InputStream getBinaryStream(long position, long length) throws SQLException {
		byte[] bytes = bytes();
		int from = Lobs.from(position, length, bytes.length);
		return new ByteArrayInputStream(bytes, from, Lobs.to(from, length, bytes.length) - from);
	}

	@Override
	public long position(byte[] pattern, long start) throws SQLException {
		byte[] bytes = bytes();
		for (int at = Lobs.from(start, 0, bytes.length); at <= bytes.length - pattern.length; at++) {
			if (Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
				return at + 1L;
			}
		}
		return -1;
	}

	@Override
	public long position(Blob pattern, long start) throws SQLException {
		return position(SqliteTypes.bytes(pattern), start);
	}

	@Override
	public int setBytes(long position, byte[] bytes) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public int setBytes(long position, byte[] bytes, int offset, int length) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public OutputStream setBinaryStream(long position) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public void truncate(long length) throws SQLException {
		throw Lobs.readOnly();
	}

	@Override
	public void free() {
		this.bytes = null;
	}

}
