package tech.circuitforge.db.migration;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Finds the files of a location.
 */
final class ScriptFiles {

	private static final Log logger = LogFactory.getLog(ScriptFiles.class);

	private static final String FILE = "file:";

	private final ResourcePatternResolver resources;

	ScriptFiles(ResourcePatternResolver resources) {
		this.resources = resources;
	}

	/**
	 * Finds what ends in {@code .sql}, also in capital letters.
	 * @throws MigrationsNotFoundException if there is no such directory
	 */
	List<ScriptFile> in(String location) {
		try {
			return resources(location).filter((resource) -> isScript(resource.getFilename()))
				.map(ScriptFile::of)
				.filter(ScriptFiles::isNoAppleDouble)
				.toList();
		}
		catch (IOException ex) {
			throw new MigrationsNotFoundException(location);
		}
	}

	private Stream<? extends Resource> resources(String location) throws IOException {
		File directory = location.startsWith(FILE) ? directory(location.substring(FILE.length())) : null;
		if (directory != null) {
			File[] files = directory.listFiles(File::isFile);
			return (files != null) ? Stream.of(files).sorted().map(FileSystemResource::new) : Stream.of();
		}
		// Every directory of that name, in whatever jar, not only the first on the class
		// path.
		String pattern = location.replaceFirst("^classpath:/*", "classpath*:");
		return Stream.of(this.resources.getResources(pattern + (pattern.endsWith("/") ? "*" : "/*")));
	}

	/**
	 * A path is taken as it is, since people write paths there: in a URL, # and [ would
	 * be something else. Only if there is no such directory is it a URL, or a pattern.
	 */
	private static @Nullable File directory(String path) {
		File asWritten = new File(path.replaceFirst("^//+", "/"));
		if (asWritten.isDirectory()) {
			return asWritten;
		}
		try {
			File decoded = new File(URI.create(FILE + path));
			return decoded.isDirectory() ? decoded : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static boolean isScript(@Nullable String name) {
		return name != null && name.toLowerCase(Locale.ROOT).endsWith(".sql");
	}

	private static boolean isNoAppleDouble(ScriptFile file) {
		if (file.isAppleDouble()) {
			logger.warn("%s is left out: it is no script, but what macOS keeps beside one. Delete it."
				.formatted(file.source()));
			return false;
		}
		return true;
	}

}
