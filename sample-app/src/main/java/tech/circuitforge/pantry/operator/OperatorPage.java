package tech.circuitforge.pantry.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

import tech.circuitforge.db.DatabaseInfo;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.DatabaseUnavailableException;
import tech.circuitforge.db.DatabaseVerification;
import tech.circuitforge.db.InvalidUserIdException;
import tech.circuitforge.db.MigrationException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.actuate.DatabasesEndpoint;
import tech.circuitforge.pantry.web.ByteCount;
import tech.circuitforge.pantry.web.Page;

/**
 * The operator's page: all databases at a glance, and what can be done with them.
 */
@Page
@RequestMapping("/operator")
class OperatorPage {

	private static final int USERS_PER_PAGE = 25;

	private final UserDatabases databases;

	private final DatabasesEndpoint endpoint;

	private final FleetWork work;

	private final Figures figures;

	private final boolean backupsAreKept;

	OperatorPage(UserDatabases databases, DatabasesEndpoint endpoint, FleetWork work, Figures figures,
			@Value("${cf.db.backup.directory:}") String backupDirectory) {
		this.databases = databases;
		this.endpoint = endpoint;
		this.work = work;
		this.figures = figures;
		this.backupsAreKept = !backupDirectory.isEmpty();
	}

	@GetMapping
	String show(@RequestParam(defaultValue = "") String user, @RequestParam(defaultValue = "0") int page, Model model) {
		List<ShownDatabase> users = user.isBlank() ? list(page) : find(user);
		model.addAttribute("user", user);
		model.addAttribute("page", page);
		model.addAttribute("hasNext", users.size() > USERS_PER_PAGE);
		model.addAttribute("users", users.stream().limit(USERS_PER_PAGE).toList());
		model.addAttribute("backupsAreKept", this.backupsAreKept);
		figures(model);
		work(model);
		return "operator";
	}

	/** The part that is asked for every few seconds. */
	@GetMapping(path = "/figures", headers = "HX-Request")
	String figures(Model model) {
		model.addAttribute("databases", this.endpoint.describe());
		model.addAttribute("plots", this.figures.plots());
		return "operator :: figures";
	}

	/** The part that is asked for while something is under way. */
	@GetMapping(path = "/work", headers = "HX-Request")
	String work(Model model) {
		model.addAttribute("work", this.work.progress());
		return "operator :: work";
	}

	/** A part makes no page: whoever opens its address gets the page it belongs to. */
	@GetMapping({ "/figures", "/work" })
	String whole() {
		return "redirect:/operator";
	}

	@PostMapping("/work")
	String start(@RequestParam FleetWork.Task task, RedirectAttributes next) {
		if (!this.work.start(task)) {
			next.addFlashAttribute("toast", "Something else is under way. Try again when it is done.");
		}
		return "redirect:/operator";
	}

	@PostMapping("/verify")
	String verify(@RequestParam String id, RedirectAttributes next) {
		return report(id, next, (user) -> {
			DatabaseVerification found = this.databases.verify(user);
			return found.isClean() ? "Nothing is wrong with it."
					: Stream.concat(found.damage().stream(), found.brokenReferences().stream())
						.limit(3)
						.reduce("Found:", (all, one) -> all + " " + one);
		});
	}

	@PostMapping("/back-up")
	String backUp(@RequestParam String id, RedirectAttributes next) {
		return report(id, next, (user) -> "Backed up, " + new ByteCount(this.databases.backUp(user).size()) + ".");
	}

	@PostMapping("/retry")
	String retry(@RequestParam String id, RedirectAttributes next) {
		return report(id, next,
				(user) -> "In service again, " + this.databases.migrate(user).size() + " migrations applied.");
	}

	private static String report(String id, RedirectAttributes next, Function<UserId, String> work) {
		String outcome;
		try {
			outcome = work.apply(new UserId(id));
		}
		catch (DatabaseUnavailableException | DatabaseNotFoundException | MigrationException ex) {
			outcome = String.valueOf(ex.getMessage());
		}
		next.addFlashAttribute("toast", id + ": " + outcome);
		return "redirect:/operator";
	}

	/** There may be a million: only one page of them is looked at. */
	private List<ShownDatabase> list(int page) {
		try (Stream<UserId> users = this.databases.list()) {
			return describe(users.skip((long) page * USERS_PER_PAGE).limit(USERS_PER_PAGE + 1).toList());
		}
	}

	private List<ShownDatabase> find(String user) {
		try {
			return describe(List.of(new UserId(user)));
		}
		catch (InvalidUserIdException ex) {
			return List.of();
		}
	}

	private List<ShownDatabase> describe(List<UserId> users) {
		List<ShownDatabase> described = new ArrayList<>();
		for (UserId user : users) {
			try {
				described.add(ShownDatabase.of(this.databases.info(user)));
			}
			catch (DatabaseNotFoundException ex) {
				// Deleted since it was listed.
			}
		}
		return described;
	}

	/**
	 * A database as the page tells of it.
	 *
	 * @param info the description
	 * @param size on the disk
	 * @param pending how many migrations it lacks
	 */
	record ShownDatabase(DatabaseInfo info, ByteCount size, int pending) {

		static ShownDatabase of(DatabaseInfo info) {
			int pending = (info.migrations() != null) ? info.migrations().pending().size() : 0;
			return new ShownDatabase(info, new ByteCount(info.size()), pending);
		}

	}

}
