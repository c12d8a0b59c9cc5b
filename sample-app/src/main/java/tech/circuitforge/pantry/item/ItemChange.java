package tech.circuitforge.pantry.item;

import java.time.LocalDate;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What to change of an item; what is missing stays.
 *
 * @param name the new name
 * @param quantity the new quantity
 * @param expiresOn the new last day
 */
public record ItemChange(
		@Size(max = 200) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") @Nullable String name,
		@PositiveOrZero @Max(NewItem.MOST) @Nullable Integer quantity, @Nullable LocalDate expiresOn) {

}
