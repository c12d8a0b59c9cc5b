package tech.circuitforge.pantry.item;

import java.io.Serializable;
import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/**
 * Everything there was of a deleted item, so that deleting it can be undone.
 *
 * @param id its number
 * @param name what it is
 * @param quantity how many there were
 * @param expiresOn the last day it is good, if it has one
 * @param locationId where it was kept
 * @param categoryId what kind of thing it is
 * @param createdAt when it was added
 * @param wanted how many were on the shopping list, if it was on it
 * @param listedAt since when it was on the shopping list
 */
public record DeletedItem(long id, String name, int quantity, @Nullable LocalDate expiresOn, @Nullable Long locationId,
		@Nullable Long categoryId, String createdAt, @Nullable Integer wanted,
		@Nullable String listedAt) implements Serializable {

}
