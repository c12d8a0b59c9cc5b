package tech.circuitforge.pantry.item;

import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/**
 * Something in the pantry.
 *
 * @param id its number, unique in its owner's database
 * @param name what it is
 * @param quantity how many there are
 * @param expiresOn the last day it is good, if it has one
 */
public record Item(long id, String name, int quantity, @Nullable LocalDate expiresOn) {

}
