package tech.circuitforge.pantry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Talks to a running Pantry over HTTP, as one user or as nobody.
 */
class PantryClient {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient http = HttpClient.newHttpClient();

	private final String base;

	private final String user;

	PantryClient(int port, String user) {
		this.base = "http://localhost:" + port;
		this.user = user;
	}

	HttpResponse<String> send(String method, String path, String json) throws IOException, InterruptedException {
		HttpRequest.Builder request = request(method, path,
				(json != null) ? BodyPublishers.ofString(json) : BodyPublishers.noBody());
		if (json != null) {
			request.header("Content-Type", "application/json");
		}
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String method, String path, BodyPublisher body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.base + path)).method(method, body);
		if (this.user != null) {
			byte[] credentials = (this.user + ":pantry").getBytes(StandardCharsets.UTF_8);
			request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
		}
		return request;
	}

	/** Sends a file as a browser's form does. */
	HttpResponse<String> upload(String path, byte[] file, String... headers) throws IOException, InterruptedException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.writeBytes("""
				--limit\r
				Content-Disposition: form-data; name="file"; filename="pantry.db"\r
				Content-Type: application/octet-stream\r
				\r
				""".getBytes(StandardCharsets.UTF_8));
		body.writeBytes(file);
		body.writeBytes("\r\n--limit--\r\n".getBytes(StandardCharsets.UTF_8));
		HttpRequest.Builder request = request("POST", path, BodyPublishers.ofByteArray(body.toByteArray()))
			.header("Content-Type", "multipart/form-data; boundary=limit");
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	HttpResponse<byte[]> download(String path) throws IOException, InterruptedException {
		return this.http.send(request("GET", path, BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
	}

	JsonNode json(String method, String path, String json) throws IOException, InterruptedException {
		return JSON.readTree(send(method, path, json).body());
	}

	static JsonNode parse(String json) {
		return JSON.readTree(json);
	}

}
