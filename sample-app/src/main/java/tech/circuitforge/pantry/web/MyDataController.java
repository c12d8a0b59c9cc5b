package tech.circuitforge.pantry.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.db.DatabaseNotFoundException;
import tech.circuitforge.db.InvalidDatabaseFileException;
import tech.circuitforge.db.UserDatabases;
import tech.circuitforge.db.UserId;
import tech.circuitforge.pantry.account.AccountDeleted;

/**
 * A person's data as a whole: to take away, to bring back, to delete.
 */
@RestController
@RequestMapping("/api/me")
class MyDataController {

	private static final MediaType SQLITE = MediaType.valueOf("application/vnd.sqlite3");

	private final UserDatabases databases;

	private final CurrentUser currentUser;

	private final ApplicationEventPublisher events;

	MyDataController(UserDatabases databases, CurrentUser currentUser, ApplicationEventPublisher events) {
		this.databases = databases;
		this.currentUser = currentUser;
		this.events = events;
	}

	@GetMapping("/export")
	ResponseEntity<Resource> export() throws IOException {
		Path file = Files.createTempFile("pantry", ".db");
		try {
			this.databases.export(this.currentUser.require(), file);
			return ResponseEntity.ok()
				.contentType(SQLITE)
				.contentLength(Files.size(file))
				.header(HttpHeaders.CONTENT_DISPOSITION,
						ContentDisposition.attachment().filename("pantry.db").build().toString())
				// Gone from the disk when it is sent.
				.body(new InputStreamResource(Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE)));
		}
		catch (IOException | RuntimeException ex) {
			Files.deleteIfExists(file);
			throw ex;
		}
	}

	@PostMapping(path = "/restore", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void restore(@RequestPart("file") MultipartFile upload) throws IOException {
		Path file = Files.createTempFile("pantry", ".db");
		try {
			upload.transferTo(file);
			this.databases.restore(this.currentUser.require(), file);
		}
		finally {
			Files.deleteIfExists(file);
		}
	}

	@DeleteMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(HttpServletRequest request) throws ServletException {
		UserId user = this.currentUser.require();
		this.events.publishEvent(new AccountDeleted(user));
		try {
			this.databases.delete(user);
		}
		catch (DatabaseNotFoundException ex) {
			// There is nothing of them, which is what they want.
		}
		request.logout();
	}

	@ExceptionHandler
	ProblemDetail invalid(InvalidDatabaseFileException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
				"This file is no pantry, is damaged, or comes from a newer version. Nothing was changed.");
	}

	@ExceptionHandler
	ProblemDetail nothing(DatabaseNotFoundException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "There is no data yet.");
	}

}
