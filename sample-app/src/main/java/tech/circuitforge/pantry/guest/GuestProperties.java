package tech.circuitforge.pantry.guest;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the guest mode.
 *
 * @param enabled whether people may use Pantry without an account
 * @param key signs the cookies by which guests are known again; without one, guests are
 * forgotten when Pantry is started anew
 */
@ConfigurationProperties("pantry.guests")
record GuestProperties(@DefaultValue("false") boolean enabled, @Nullable String key) {

}
