package tech.circuitforge.compatibility.documentation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What commonly keeps a diagram from being drawn: a kind that does not exist, brackets or
 * blocks without an end, a participant that nobody introduced.
 */
final class Mermaid {

	private static final Pattern MESSAGE = Pattern
		.compile("(\\w+)\\s*(?:-->>|->>|-->|->|-x|--x|-\\))\\s*(\\w+)\\s*:.+");

	private static final Pattern PARTICIPANT = Pattern.compile("(?:participant|actor) (\\w+)(?: as .+)?");

	private static final Pattern NOTE = Pattern.compile("Note (?:over|left of|right of) ([\\w, ]+?)\\s*:.+");

	private Mermaid() {
	}

	static void check(String text) {
		List<String> lines = text.lines().map(String::strip).filter((line) -> !line.isEmpty()).toList();
		String kind = lines.get(0).replaceAll(" .*", "");
		List<String> body = lines.subList(1, lines.size());
		switch (kind) {
			case "sequenceDiagram" -> checkSequence(body);
			case "flowchart" -> checkFlowchart(lines.get(0), body);
			case "stateDiagram-v2" -> checkBrackets(body);
			default -> throw new AssertionError("Not a kind of diagram used here: " + kind);
		}
	}

	private static void checkSequence(List<String> lines) {
		Set<String> participants = new HashSet<>();
		Deque<String> open = new ArrayDeque<>();
		for (String line : lines) {
			Matcher participant = PARTICIPANT.matcher(line);
			Matcher message = MESSAGE.matcher(line);
			Matcher note = NOTE.matcher(line);
			// A semicolon ends a statement, so the rest of the text would be one.
			assertThat(line).doesNotContain(";");
			if (participant.matches()) {
				participants.add(participant.group(1));
			}
			else if (line.matches("(alt|opt|loop|par|critical|rect)\\b.*")) {
				open.push(line);
			}
			else if (line.matches("(else|and|option)\\b.*")) {
				assertThat(open).as(line).isNotEmpty();
			}
			else if (line.equals("end")) {
				assertThat(open).as("a block to end").isNotEmpty();
				open.pop();
			}
			else if (note.matches()) {
				assertThat(participants).contains(note.group(1).split(",\\s*", -1));
			}
			else {
				assertThat(message.matches()).as("a message: %s", line).isTrue();
				assertThat(participants).contains(message.group(1), message.group(2));
			}
		}
		assertThat(open).as("blocks without an end").isEmpty();
	}

	private static void checkFlowchart(String first, List<String> lines) {
		assertThat(first).matches("flowchart (LR|RL|TB|TD|BT)");
		Deque<String> open = new ArrayDeque<>();
		for (String line : lines) {
			if (line.startsWith("subgraph")) {
				open.push(line);
			}
			else if (line.equals("end")) {
				open.pop();
			}
			// In a node's text, parentheses need quotes.
			for (Matcher text = Pattern.compile("\\[([^\"\\[\\]][^\\]]*)]").matcher(line); text.find();) {
				assertThat(text.group(1)).doesNotContainPattern("[(){}]");
			}
		}
		assertThat(open).as("subgraphs without an end").isEmpty();
		checkBrackets(lines);
	}

	private static void checkBrackets(List<String> lines) {
		for (String line : lines) {
			Deque<Character> open = new ArrayDeque<>();
			String brackets = line.replaceAll("\"[^\"]*\"", "");
			for (int i = 0; i < brackets.length(); i++) {
				char c = brackets.charAt(i);
				switch (c) {
					case '[', '(', '{' -> open.push(c);
					case ']' -> assertThat(open.pop()).isEqualTo('[');
					case ')' -> assertThat(open.pop()).isEqualTo('(');
					case '}' -> assertThat(open.pop()).isEqualTo('{');
					default -> {
					}
				}
			}
			assertThat(open).as(line).isEmpty();
		}
	}

}
