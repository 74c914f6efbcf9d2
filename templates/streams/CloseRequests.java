package herald.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often somebody asked this process to close the open windows of a stream. */
final class CloseRequests {
  private static final Map<String, Long> ASKED = new ConcurrentHashMap<>();

  private CloseRequests() {}

  static long of(String stream) {
    return ASKED.getOrDefault(stream, 0L);
  }

  static void add(String stream) {
    ASKED.merge(stream, 1L, Long::sum);
  }
}
