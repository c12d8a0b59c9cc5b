package tech.circuitforge.pantry.guest;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Settings of the guest mode.
 *
 * @param enabled whether people may use Pantry without an account
 * @param key signs the cookies by which guests are known again; without one, guests are
 * forgotten when Pantry is started anew
 * @param keep after how many days without a visit a guest and everything of theirs is
 * deleted
 * @param max how many guests there may be at once
 */
@ConfigurationProperties("pantry.guests")
record GuestProperties(@DefaultValue("false") boolean enabled, @Nullable String key, @DefaultValue("90d") Duration keep,
		@DefaultValue("10000") int max) {

	GuestProperties {
		Assert.isTrue(keep.toDays() > 0 && keep.toDays() <= 3650, "pantry.guests.keep must be from 1 to 3650 days");
		Assert.isTrue(max > 0, "pantry.guests.max must be 1 or more");
	}

}
