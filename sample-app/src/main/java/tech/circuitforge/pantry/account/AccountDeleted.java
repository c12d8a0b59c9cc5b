package tech.circuitforge.pantry.account;

import tech.circuitforge.db.UserId;

/**
 * Published when somebody deletes their account, before their data are deleted: from then
 * on no other session gets through, also if the data cannot be deleted at once.
 *
 * @param user the account's id
 */
public record AccountDeleted(UserId user) {

}
