package tech.circuitforge.compatibility.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.apache.ibatis.annotations.CacheNamespace;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import org.mybatis.spring.mapper.MapperFactoryBean;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.CurrentUserResolver;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.UserMismatchException;
import tech.circuitforge.db.autoconfigure.CfDbAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tech.circuitforge.compatibility.persistence.JpaProduct.ALICE;
import static tech.circuitforge.compatibility.persistence.JpaProduct.BOB;

/**
 * MyBatis answers from no cache that another user may have filled.
 */
class MyBatisCacheTests {

	@TempDir
	Path root;

	private final JpaProduct product = new JpaProduct();

	private CurrentUser currentUser;

	private NoteMapper mapper;

	@Test
	void aMappersCacheIsNotShared() {
		run((context) -> {
			for (UserId user : List.of(ALICE, BOB, ALICE)) {
				this.currentUser.runAs(user, () -> assertThat(this.mapper.text(1)).isEqualTo(user + "'s"));
			}
		});
	}

	@Test
	void aFactoryThatIsNoBeanSharesNothing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withUserConfiguration(OwnTemplate.class)
			.withBean(CurrentUserResolver.class, () -> this.product.signedIn::get)
			.withPropertyValues("spring.application.name=kiwi", "cf.db.mode=cloud",
					"cf.db.cloud.data-root=" + this.root)
			.run((context) -> {
				this.currentUser = context.getBean(CurrentUser.class);
				this.mapper = context.getBean(SqlSessionTemplate.class).getMapper(NoteMapper.class);
				writeNotes(context);
				for (UserId user : List.of(ALICE, BOB, ALICE)) {
					this.currentUser.runAs(user, () -> assertThat(this.mapper.text(1)).isEqualTo(user + "'s"));
				}
			});
	}

	@Test
	void aSessionAnswersNobodyElse() {
		run((context) -> {
			try (SqlSession session = context.getBean(SqlSessionFactory.class).openSession()) {
				NoteMapper inSession = session.getMapper(NoteMapper.class);
				this.currentUser.runAs(ALICE, () -> assertThat(inSession.text(1)).isEqualTo("alice's"));
				this.currentUser.runAs(BOB,
						() -> assertThatException().isThrownBy(() -> inSession.text(1))
							.satisfies((ex) -> assertThat(ex).rootCause()
								.isInstanceOf(UserMismatchException.class)
								.hasMessageContainingAll("alice", "bob")));
				this.currentUser.runAs(ALICE, () -> assertThat(inSession.text(1)).isEqualTo("alice's"));
			}
		});
	}

	@Test
	void aTransactionsSessionAnswersNobodyElse() {
		run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			this.product.signedIn.set(ALICE);
			transaction.executeWithoutResult((status) -> {
				assertThat(this.mapper.text(1)).isEqualTo("alice's");
				assertThatExceptionOfType(UserMismatchException.class)
					.isThrownBy(() -> this.currentUser.runAs(BOB, () -> this.mapper.text(1)));
				this.product.signedIn.set(BOB);
				assertThatException().isThrownBy(() -> this.mapper.text(1))
					.satisfies((ex) -> assertThat(ex).rootCause().isInstanceOf(UserMismatchException.class));
			});
		});
	}

	@Test
	void localModeKeepsItsCaches() {
		runner().withPropertyValues("cf.db.mode=local", "cf.db.path=" + this.root.resolve("kiwi.db"))
			.run((context) -> assertThat(context.getBean(SqlSessionFactory.class).getConfiguration().isCacheEnabled())
				.isTrue());
	}

	private void run(Consumer<ApplicationContext> test) {
		runner()
			.withPropertyValues("cf.db.mode=cloud", "cf.db.cloud.data-root=" + this.root,
					"mybatis.configuration.cache-enabled=true")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				this.currentUser = context.getBean(CurrentUser.class);
				this.mapper = context.getBean(NoteMapper.class);
				writeNotes(context);
				test.accept(context);
			});
	}

	private void writeNotes(ApplicationContext context) {
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		for (UserId user : List.of(ALICE, BOB)) {
			this.currentUser.runAs(user, () -> {
				jdbc.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)");
				jdbc.update("INSERT INTO note (id, text) VALUES (1, ?)", user + "'s");
			});
		}
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CfDbAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
					JdbcTemplateAutoConfiguration.class, MybatisAutoConfiguration.class))
			.withUserConfiguration(Mappers.class)
			.withBean(CurrentUserResolver.class, () -> this.product.signedIn::get)
			.withPropertyValues("spring.application.name=kiwi");
	}

	@Configuration(proxyBeanMethods = false)
	static class Mappers {

		@Bean
		MapperFactoryBean<NoteMapper> noteMapper(SqlSessionFactory factory) {
			MapperFactoryBean<NoteMapper> bean = new MapperFactoryBean<>(NoteMapper.class);
			bean.setSqlSessionFactory(factory);
			return bean;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTemplate {

		@Bean
		SqlSessionTemplate sessions(DataSource dataSource) throws Exception {
			SqlSessionFactoryBean factory = new SqlSessionFactoryBean();
			factory.setDataSource(dataSource);
			SqlSessionTemplate template = new SqlSessionTemplate(factory.getObject());
			template.getConfiguration().addMapper(NoteMapper.class);
			return template;
		}

	}

	@CacheNamespace
	interface NoteMapper {

		@Select("SELECT text FROM note WHERE id = #{id}")
		String text(long id);

	}

}
