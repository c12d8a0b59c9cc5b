package tech.circuitforge.db.sqlite;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Numbers out of values of any of SQLite's kinds (Integer, Long, Double, String, byte
 * array), exact or not at all: SQLite itself makes 0 of text that is no number, and cuts
 * what does not fit.
 * <p>
 * Whoever is refused gets an ArithmeticException or a NumberFormatException.
 */
final class Numbers {

	/** Beyond this a short text such as 1e999999999 would fill the memory. */
	private static final int MAX_DIGITS = 100_000;

	private static final int LONG_DIGITS = 19;

	private static final double TWO_TO_THE_63 = 0x1p63;

	private Numbers() {
	}

	static long whole(Object value, long least, long most) {
		long number = whole(value);
		if (number < least || number > most) {
			throw new ArithmeticException("out of range");
		}
		return number;
	}

	private static long whole(Object value) {
		if (value instanceof Long || value instanceof Integer) {
			return ((Number) value).longValue();
		}
		if (value instanceof Double number) {
			if (!isWholeLong(number)) {
				throw new ArithmeticException("not a whole number of 64 bits");
			}
			return number.longValue();
		}
		return decimal(value).longValueExact();
	}

	/**
	 * As {@link #whole}, but for a fraction, which is cut off, as CAST and other drivers
	 * do: an average that happens to be whole and one that is not are read alike.
	 */
	static long withoutFraction(Object value, long least, long most) {
		if (value instanceof Double number && !number.isNaN() && !number.isInfinite()) {
			return whole((number < 0) ? Math.ceil(number) : Math.floor(number), least, most);
		}
		if (value instanceof String) {
			BigDecimal number = decimal(value);
			long digits = (long) number.precision() - number.scale();
			if (digits <= 0) {
				return whole(0L, least, most);
			}
			if (digits <= LONG_DIGITS) {
				return whole(number.toBigInteger().longValueExact(), least, most);
			}
		}
		return whole(value, least, most);
	}

	/** Whether a conversion to long loses nothing. */
	static boolean isWholeLong(double number) {
		return number >= -TWO_TO_THE_63 && number < TWO_TO_THE_63 && number == Math.rint(number);
	}

	static double floating(Object value) {
		if (value instanceof Number number) {
			return number.doubleValue();
		}
		double number = decimal(value).doubleValue();
		if (Double.isInfinite(number)) {
			throw new ArithmeticException("out of range");
		}
		return number;
	}

	static float single(Object value) {
		double number = floating(value);
		if (Float.isInfinite((float) number) && !Double.isInfinite(number)) {
			throw new ArithmeticException("out of range");
		}
		return (float) number;
	}

	static BigDecimal decimal(Object value) {
		if (!(value instanceof String text)) {
			throw new NumberFormatException("not a number");
		}
		return new BigDecimal(text.strip());
	}

	static BigInteger integer(Object value) {
		if (value instanceof Long || value instanceof Integer) {
			return BigInteger.valueOf(((Number) value).longValue());
		}
		// The exact value of floating point; refuses infinity.
		BigDecimal number = (value instanceof Double floating) ? new BigDecimal(floating) : decimal(value);
		long digits = (long) number.precision() - number.scale();
		if (number.signum() != 0 && (digits <= 0 || digits > MAX_DIGITS)) {
			throw new ArithmeticException("not a whole number, or too long");
		}
		return (number.signum() != 0) ? number.toBigIntegerExact() : BigInteger.ZERO;
	}

	static BigDecimal rounded(BigDecimal number, int scale) {
		if ((long) number.precision() - number.scale() + scale > MAX_DIGITS) {
			throw new ArithmeticException("too long");
		}
		return number.setScale(scale, RoundingMode.HALF_UP);
	}

	/** True is any number but 0, as in SQLite, or one of the usual words. */
	static boolean truth(Object value) {
		if (value instanceof Number number) {
			return number.doubleValue() != 0;
		}
		String word = (value instanceof String text) ? text.strip().toLowerCase(Locale.ROOT) : "";
		return switch (word) {
			case "true", "t", "yes", "y", "on" -> true;
			case "false", "f", "no", "n", "off" -> false;
			default -> decimal(value).signum() != 0;
		};
	}

}
