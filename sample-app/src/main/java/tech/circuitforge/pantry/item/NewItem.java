package tech.circuitforge.pantry.item;

import java.time.LocalDate;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DateTimeFormat;

/**
 * Something to put into the pantry, as a client sends it.
 *
 * @param name what it is
 * @param quantity how many
 * @param expiresOn the last day it is good, if it has one
 */
public record NewItem(@NotBlank @Size(max = 200) String name,
		@NotNull @PositiveOrZero @Max(NewItem.MOST) Integer quantity,
		@DateTimeFormat(iso = DateTimeFormat.ISO.DATE) @Nullable LocalDate expiresOn) {

	/** Nobody has more of anything. */
	static final int MOST = 1_000_000;

}
