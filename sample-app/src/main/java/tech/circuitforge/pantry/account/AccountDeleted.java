package tech.circuitforge.pantry.account;

import tech.circuitforge.db.UserId;

/**
 * Published after somebody has deleted their account and all their data.
 *
 * @param user the account's id
 */
public record AccountDeleted(UserId user) {

}
