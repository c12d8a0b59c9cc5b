package tech.circuitforge.compatibility.product;

import org.springframework.data.repository.ListCrudRepository;

interface ItemRepository extends ListCrudRepository<Item, Long> {

}
