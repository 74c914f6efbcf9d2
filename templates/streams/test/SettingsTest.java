package herald.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import herald.streams.catalog.Catalog;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void theEnvironmentIsOneOfTheCatalogs() {
    assertEquals("default", Settings.environment(new Variables(Map.of())));
    Variables unknown = new Variables(Map.of("HERALD_ENVIRONMENT", "of nobody"));
    String line = assertThrows(Refused.class, () -> Settings.environment(unknown)).getMessage();
    assertTrue(line.startsWith("HERALD_ENVIRONMENT: there are default"), line);
    assertTrue(line.endsWith("and no of nobody"), line);
  }

  @Test
  void streamsAreChosenByTheirNames() {
    assertEquals(Catalog.STREAMS, Settings.streams(new Variables(Map.of())));
    Stream last = Catalog.STREAMS.get(Catalog.STREAMS.size() - 1);
    Variables one = new Variables(Map.of("HERALD_STREAMS", ' ' + last.name()));
    assertEquals(List.of(last), Settings.streams(one));
    Variables unknown = new Variables(Map.of("HERALD_STREAMS", last.name() + ",of nobody"));
    String line = assertThrows(Refused.class, () -> Settings.streams(unknown)).getMessage();
    assertTrue(line.startsWith("HERALD_STREAMS: there are "), line);
  }
}
