package tech.circuitforge.db.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import tech.circuitforge.db.NoCurrentUserException;

/**
 * Explains a {@link NoCurrentUserException} at start: some bean has asked for a
 * connection, and there is no user yet.
 */
class NoCurrentUserFailureAnalyzer extends AbstractFailureAnalyzer<NoCurrentUserException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoCurrentUserException cause) {
		String bean = innermostBean(rootFailure);
		return new FailureAnalysis(
				"%s uses the database while the application starts. In cloud mode every user has their own, and nobody is signed in yet."
					.formatted((bean != null) ? "The bean '" + bean + "'" : "Something"),
				"""
						Tell the module what it wants to find out, or give it the shared database (cf.db.shared.enabled=true, @SharedDatabase):
						  JPA: spring.jpa.database-platform=org.hibernate.community.dialect.SQLiteDialect, spring.jpa.hibernate.ddl-auto=none, spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false
						  jOOQ: spring.jooq.sql-dialect=sqlite
						  Session, Batch, Quartz, Flyway, Liquibase: the shared database
						  spring.sql.init: a migration script instead
						  your own code: CurrentUser.runAs(user, ...) around it, or later""",
				cause);
	}

	private static @Nullable String innermostBean(Throwable failure) {
		String bean = null;
		for (Throwable current = failure; current != null; current = current.getCause()) {
			if (current instanceof BeanCreationException creation && creation.getBeanName() != null) {
				bean = creation.getBeanName();
			}
		}
		return bean;
	}

}
