package tech.circuitforge.db.cache;

import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.cache.Cache;

import tech.circuitforge.db.location.DatabaseName;

/**
 * A cache in which each user finds what they have put there themselves. Where nobody is
 * signed in, nothing is cached.
 * <p>
 * Spring asks for the cache with each call of a cached method and may fill it later, on
 * the thread that has the result. What was asked for by one user is therefore never
 * filled or read by another.
 */
final class UserCache implements Cache {

	private final Cache delegate;

	private final CacheOwner owner;

	private final @Nullable DatabaseName askedBy;

	UserCache(Cache delegate, CacheOwner owner) {
		this.delegate = delegate;
		this.owner = owner;
		this.askedBy = owner.find();
	}

	/** The key that is the user's own, or {@code null} if nothing may be cached. */
	private @Nullable UserKey key(Object key) {
		DatabaseName current = this.owner.find();
		DatabaseName owner = (current != null) ? current : this.askedBy;
		boolean another = this.askedBy != null && !this.askedBy.equals(owner);
		return (owner != null && !another) ? new UserKey(spelled(owner), key) : null;
	}

	/** No user's spelling has a slash. */
	private static String spelled(DatabaseName owner) {
		return (owner.user() != null) ? owner.token() : "/" + owner.token();
	}

	@Override
	public String getName() {
		return this.delegate.getName();
	}

	@Override
	public Object getNativeCache() {
		return this.delegate.getNativeCache();
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		UserKey own = key(key);
		return (own != null) ? this.delegate.get(own) : null;
	}

	@Override
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		UserKey own = key(key);
		return (own != null) ? this.delegate.get(own, type) : null;
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
		UserKey own = key(key);
		if (own != null) {
			return this.delegate.get(own, valueLoader);
		}
		try {
			return valueLoader.call();
		}
		catch (Exception ex) {
			throw new ValueRetrievalException(key, valueLoader, ex);
		}
	}

	@Override
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		UserKey own = key(key);
		return (own != null) ? this.delegate.retrieve(own) : null;
	}

	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
		UserKey own = key(key);
		return (own != null) ? this.delegate.retrieve(own, valueLoader) : valueLoader.get();
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		UserKey own = key(key);
		if (own != null) {
			this.delegate.put(own, value);
		}
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		UserKey own = key(key);
		return (own != null) ? this.delegate.putIfAbsent(own, value) : null;
	}

	@Override
	public void evict(Object key) {
		evictable(key).forEach(this.delegate::evict);
	}

	@Override
	public boolean evictIfPresent(Object key) {
		return evictable(key).filter(this.delegate::evictIfPresent).count() > 0;
	}

	/**
	 * Keys of whoever asked for the cache and of the current user: what comes late, on
	 * another user's thread, is out of date all the same.
	 */
	private Stream<UserKey> evictable(Object key) {
		return Stream.of(Optional.ofNullable(this.askedBy), Optional.ofNullable(this.owner.find()))
			.flatMap(Optional::stream)
			.distinct()
			.map((database) -> new UserKey(spelled(database), key));
	}

	/** All users' entries: the caches of Spring cannot tell keys. */
	@Override
	public void clear() {
		this.delegate.clear();
	}

	@Override
	public boolean invalidate() {
		return this.delegate.invalidate();
	}

	/** Serializable, and printed without ambiguity, for caches that leave the process. */
	private record UserKey(String database, Object key) implements Serializable {

		@Override
		public String toString() {
			return this.database + "::" + this.key;
		}

	}

}
