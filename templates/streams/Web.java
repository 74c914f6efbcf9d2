package herald.streams;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Answers over HTTP. */
final class Web {
  private Web() {}

  /** An answer. */
  record Answer(int status, String type, String body) {}

  /** What answers. */
  interface Handler {
    Answer answer(HttpExchange request) throws Exception;
  }

  static Answer text(String body) {
    return new Answer(200, "text/plain; charset=utf-8", body);
  }

  static Answer json(Object body) {
    return new Answer(200, "application/json", body.toString());
  }

  /** What went wrong, as a sentence. */
  static Answer problem(int status, String why) {
    return new Answer(status, "text/plain; charset=utf-8", why + '\n');
  }

  /** The state of every stream; 503 unless each is as it should be. */
  static Answer health(List<Running> running, Predicate<Running> wanted) {
    String text = running.stream().map(stream -> stream + "\n").collect(Collectors.joining());
    return running.stream().allMatch(wanted) ? text(text) : problem(503, text.stripTrailing());
  }

  static void serve(HttpServer server, String path, Handler handler) {
    server.createContext(
        path,
        request -> {
          Answer answer;
          try {
            answer = handler.answer(request);
          } catch (Exception e) {
            answer = problem(500, e.toString());
          }
          send(request, answer);
        });
  }

  private static void send(HttpExchange request, Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    request.getResponseHeaders().add("Content-Type", answer.type());
    request.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = request.getResponseBody()) {
      out.write(bytes);
    }
  }
}
