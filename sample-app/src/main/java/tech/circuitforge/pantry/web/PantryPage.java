package tech.circuitforge.pantry.web;

import java.security.Principal;

import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

import tech.circuitforge.db.CurrentUser;
import tech.circuitforge.pantry.item.ItemRepository;
import tech.circuitforge.pantry.item.NewItem;

/**
 * The items as a page.
 */
@Controller
class PantryPage {

	private final ItemRepository items;

	private final CurrentUser currentUser;

	PantryPage(ItemRepository items, CurrentUser currentUser) {
		this.items = items;
		this.currentUser = currentUser;
	}

	@GetMapping("/")
	String show(@RequestParam(required = false) @Nullable String q, @Nullable Principal principal, Model model) {
		if (!model.containsAttribute("newItem")) {
			model.addAttribute("newItem", new NewItem("", 1, null));
		}
		model.addAttribute("q", q);
		model.addAttribute("signedIn", principal != null);
		model.addAttribute("user", this.currentUser.require());
		model.addAttribute("items", (q == null || q.isBlank()) ? this.items.findAll() : this.items.search(q));
		return "pantry";
	}

	@PostMapping("/items")
	String add(@Valid @ModelAttribute("newItem") NewItem item, BindingResult errors, @Nullable Principal principal,
			Model model) {
		if (errors.hasErrors()) {
			return show(null, principal, model);
		}
		this.items.add(item);
		return "redirect:/";
	}

	@PostMapping("/items/{id}/delete")
	String delete(@PathVariable long id) {
		this.items.delete(id);
		return "redirect:/";
	}

}
