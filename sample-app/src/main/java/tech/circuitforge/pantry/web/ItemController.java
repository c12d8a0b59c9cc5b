package tech.circuitforge.pantry.web;

import java.net.URI;
import java.util.List;

import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import tech.circuitforge.pantry.item.Item;
import tech.circuitforge.pantry.item.ItemChange;
import tech.circuitforge.pantry.item.ItemRepository;
import tech.circuitforge.pantry.item.NewItem;

/**
 * The items as JSON.
 */
@RestController
@RequestMapping("/api/items")
class ItemController {

	private final ItemRepository items;

	ItemController(ItemRepository items) {
		this.items = items;
	}

	@GetMapping
	List<Item> list(@RequestParam(required = false) @Nullable String q) {
		return (q == null || q.isBlank()) ? this.items.findAll() : this.items.search(q);
	}

	@PostMapping
	ResponseEntity<Item> add(@Valid @RequestBody NewItem item) {
		Item added = this.items.add(item);
		return ResponseEntity.created(URI.create("/api/items/" + added.id())).body(added);
	}

	@PatchMapping("/{id}")
	ResponseEntity<Item> change(@PathVariable long id, @Valid @RequestBody ItemChange change) {
		return ResponseEntity.of(this.items.change(id, change));
	}

	@DeleteMapping("/{id}")
	ResponseEntity<Void> delete(@PathVariable long id) {
		return this.items.delete(id).isPresent() ? ResponseEntity.noContent().build()
				: ResponseEntity.notFound().build();
	}

}
