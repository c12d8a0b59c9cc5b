package tech.circuitforge.pantry.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.DatabaseInfo;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.db.autoconfigure.CfDbProperties.Mode;
import tech.circuitforge.pantry.account.AccountDeleted;

/**
 * What a person may do with their data as a whole.
 */
@Page
@RequestMapping("/my-data")
class MyDataPage {

	private final UserDatabases databases;

	private final CurrentUser currentUser;

	private final Mode mode;

	private final ApplicationEventPublisher events;

	MyDataPage(UserDatabases databases, CurrentUser currentUser, Mode mode, ApplicationEventPublisher events) {
		this.databases = databases;
		this.currentUser = currentUser;
		this.mode = mode;
		this.events = events;
	}

	@GetMapping
	String show(Model model) {
		DatabaseInfo info = find(this.currentUser.require());
		if (info != null) {
			model.addAttribute("info", info);
			model.addAttribute("size", new ByteCount(info.size()));
		}
		return "my-data";
	}

	@PostMapping("/restore")
	String restore(@RequestParam MultipartFile file, RedirectAttributes next) throws IOException {
		if (file.isEmpty()) {
			next.addFlashAttribute("restoreError", "Choose a file first.");
			return "redirect:/my-data";
		}
		Path upload = Files.createTempFile("pantry", ".db");
		try {
			file.transferTo(upload);
			this.databases.restore(this.currentUser.require(), upload);
			next.addFlashAttribute("toast", "Your pantry is as it is in that file.");
		}
		catch (InvalidDatabaseFileException ex) {
			next.addFlashAttribute("restoreError",
					"This file is no pantry, is damaged, or comes from a newer version. Nothing was changed.");
		}
		finally {
			Files.deleteIfExists(upload);
		}
		return "redirect:/my-data";
	}

	@GetMapping("/delete")
	String askWhetherToDelete() {
		return "delete";
	}

	@PostMapping("/delete")
	String delete(HttpServletRequest request, RedirectAttributes next) throws ServletException {
		UserId user = this.currentUser.require();
		if (this.mode == Mode.CLOUD) {
			this.events.publishEvent(new AccountDeleted(user));
		}
		if (find(user) != null) {
			this.databases.delete(user);
		}
		if (this.mode == Mode.LOCAL) {
			this.databases.create(user);
			next.addFlashAttribute("toast", "Everything is gone. This is an empty pantry.");
			return "redirect:/";
		}
		request.logout();
		return "redirect:/login?deleted";
	}

	private @Nullable DatabaseInfo find(UserId user) {
		try {
			return this.databases.info(user);
		}
		catch (DatabaseNotFoundException ex) {
			return null;
		}
	}

}
