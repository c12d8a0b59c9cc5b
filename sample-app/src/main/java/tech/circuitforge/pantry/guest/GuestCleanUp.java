package tech.circuitforge.pantry.guest;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;

/**
 * Deletes guests who do not return, and whatever is left of deleted accounts.
 * <ol>
 * <li>The account is marked as deleted; from then on no request gets through.
 * <li>The database is deleted. One that cannot be deleted now, or is made again by a
 * request that was under way, is deleted the next time.
 * <li>A day later a guest is forgotten altogether.
 * </ol>
 */
@Component
@ConditionalOnGuests
class GuestCleanUp implements SmartInitializingSingleton {

	/** How the ids of guests began when they were not in the table of accounts yet. */
	private static final String EARLIER_GUEST = "guest-";

	private static final Log logger = LogFactory.getLog(GuestCleanUp.class);

	private final Accounts accounts;

	private final UserDatabases databases;

	private final Clock clock;

	private final Duration keep;

	GuestCleanUp(Accounts accounts, UserDatabases databases, Clock clock, GuestProperties properties,
			ServerProperties server) {
		this.accounts = accounts;
		this.databases = databases;
		this.clock = clock;
		this.keep = properties.keep();
		Duration session = server.getServlet().getSession().getTimeout();
		// A session that is alive has been used within that time, so its guest is kept.
		Assert.isTrue(session != null && session.compareTo(Duration.ZERO) > 0 && session.compareTo(this.keep) <= 0,
				() -> "server.servlet.session.timeout (%s) must be more than 0 and no longer than pantry.guests.keep (%s)"
					.formatted(session, this.keep));
	}

	/** Before the first request: cookies of earlier guests are still out there. */
	@Override
	public void afterSingletonsInstantiated() {
		try (Stream<UserId> users = this.databases.list()) {
			this.accounts.adopt(users.map(UserId::value).filter((id) -> id.startsWith(EARLIER_GUEST)));
		}
	}

	@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
	void run() {
		LocalDate today = LocalDate.now(this.clock);
		this.accounts.deleteGuestsLastSeenBefore(today.minusDays(this.keep.toDays()));
		boolean allGone = true;
		for (String id : this.accounts.deleted()) {
			allGone &= deleteDatabase(new UserId(id));
		}
		if (allGone) {
			this.accounts.forgetGuestsDeletedBefore(today.minusDays(1));
		}
	}

	private boolean deleteDatabase(UserId user) {
		try {
			if (this.databases.exists(user)) {
				this.databases.delete(user);
			}
		}
		catch (DatabaseNotFoundException ex) {
			// Another process was quicker.
		}
		catch (RuntimeException ex) {
			// The others' are deleted all the same. Ids stay out of the log.
			logger.warn("The database of a deleted account cannot be deleted now. It is tried again in an hour.");
			logger.debug("Cannot delete " + user, ex);
			return false;
		}
		return true;
	}

}
