package tech.circuitforge.db;

import java.time.Instant;

/**
 * A backup of a user's database.
 *
 * @param user whose it is
 * @param time the moment whose state it has, whole milliseconds; a little later than that
 * of the one before if the clock was ahead then
 * @param size bytes
 */
public record DatabaseBackup(UserId user, Instant time, long size) {

}
