package tech.circuitforge.compatibility.product;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

@Table("item")
record Item(@Id Long id, String name) {

}
