package tech.circuitforge.pantry.web;

import tech.circuitforge.db.UserId;

/**
 * Published after somebody has deleted their account and all their data.
 *
 * @param user who that was
 */
public record AccountDeleted(UserId user) {

}
