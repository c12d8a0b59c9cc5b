package tech.circuitforge.pantry.web;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

import tech.circuitforge.pantry.item.DeletedItem;
import tech.circuitforge.pantry.item.Freshness;
import tech.circuitforge.pantry.item.Item;
import tech.circuitforge.pantry.item.ItemRepository;
import tech.circuitforge.pantry.item.NewItem;

/**
 * The items as a page. Every answer is a whole page, or leads to one: htmx takes out of
 * it what has changed, and a browser without JavaScript shows it all.
 */
@Page
class PantryPage {

	private static final String DELETED = "deletedItem";

	private final ItemRepository items;

	private final Clock clock;

	PantryPage(ItemRepository items, Clock clock) {
		this.items = items;
		this.clock = clock;
	}

	/**
	 * Shows the items.
	 * @param q what is searched for
	 * @param edit the item that is being edited
	 * @param at the item that gets the focus
	 */
	@GetMapping("/")
	String show(@RequestParam(defaultValue = "") String q, @RequestParam(required = false) @Nullable Long edit,
			@RequestParam(required = false) @Nullable Long at, Model model) {
		LocalDate today = LocalDate.now(this.clock);
		List<Item> found = q.isBlank() ? this.items.findAll() : this.items.search(q);
		List<ShownItem> shown = found.stream().map((item) -> ShownItem.of(item, today)).toList();
		model.addAttribute("q", q);
		model.addAttribute("edit", edit);
		model.addAttribute("at", at);
		model.addAttribute("items", shown);
		model.addAttribute("expired", count(shown, Freshness.EXPIRED));
		model.addAttribute("expiresSoon", count(shown, Freshness.EXPIRES_SOON));
		if (!model.containsAttribute("newItem")) {
			model.addAttribute("newItem", new NewItem("", 1, null));
		}
		if (!model.containsAttribute("changed")) {
			found.stream()
				.filter((item) -> edit != null && item.id() == edit)
				.forEach((item) -> model.addAttribute("changed",
						new NewItem(item.name(), item.quantity(), item.expiresOn())));
		}
		return "pantry";
	}

	@PostMapping("/items")
	String add(@Valid @ModelAttribute("newItem") NewItem item, BindingResult errors, Model model,
			RedirectAttributes next, HttpServletResponse response) {
		if (errors.hasErrors()) {
			response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
			return show("", null, null, model);
		}
		Item added = this.items.add(item);
		next.addFlashAttribute("toast", "Added " + added.name() + ".");
		return "redirect:/";
	}

	@PostMapping("/items/{id}")
	String change(@PathVariable long id, @RequestParam(defaultValue = "") String q,
			@Valid @ModelAttribute("changed") NewItem item, BindingResult errors, Model model, RedirectAttributes next,
			HttpServletResponse response) {
		if (errors.hasErrors()) {
			response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
			return show(q, id, null, model);
		}
		next.addFlashAttribute("toast", this.items.replace(id, item) ? "Saved." : "It is not there any more.");
		next.addAttribute("at", id);
		return backTo(q, next);
	}

	@PostMapping("/items/{id}/quantity")
	String adjust(@PathVariable long id, @RequestParam int by, @RequestParam(defaultValue = "") String q,
			RedirectAttributes next) {
		this.items.adjust(id, by);
		return backTo(q, next);
	}

	@PostMapping("/items/{id}/delete")
	String delete(@PathVariable long id, @RequestParam(defaultValue = "") String q, HttpSession session,
			RedirectAttributes next) {
		this.items.delete(id).ifPresent((item) -> {
			session.setAttribute(DELETED, item);
			next.addFlashAttribute("toast", "Deleted " + item.name() + ".");
			next.addFlashAttribute("undo", true);
		});
		return backTo(q, next);
	}

	@PostMapping("/items/undo")
	String undo(@SessionAttribute(name = DELETED, required = false) @Nullable DeletedItem item,
			@RequestParam(defaultValue = "") String q, HttpSession session, RedirectAttributes next) {
		if (item != null) {
			session.removeAttribute(DELETED);
			this.items.putBack(item);
			next.addFlashAttribute("toast", item.name() + " is back.");
			next.addAttribute("at", item.id());
		}
		return backTo(q, next);
	}

	private static String backTo(String q, RedirectAttributes next) {
		if (!q.isBlank()) {
			next.addAttribute("q", q);
		}
		return "redirect:/";
	}

	private static long count(List<ShownItem> items, Freshness freshness) {
		return items.stream().filter((shown) -> shown.freshness() == freshness).count();
	}

}
