package tech.circuitforge.db;

import org.jspecify.annotations.Nullable;

/**
 * How far an operation on all databases has come.
 *
 * @param done how many databases it is through with
 * @param total how many there are
 * @param user whose was the last, or {@code null} if it belongs to no user
 * @param failure what went wrong with the last, or {@code null}
 */
public record OperationProgress(long done, long total, @Nullable UserId user, @Nullable String failure) {

}
