package herald.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the process is told by environment variables; an empty one says nothing.
 *
 * @param all their values by their names
 */
record Variables(Map<String, String> all) {

  static Variables ofProcess() {
    return new Variables(System.getenv());
  }

  String required(String name) {
    String value = optional(name, null);
    if (value == null) {
      throw new Refused("set " + name);
    }
    return value;
  }

  String optional(String name, String otherwise) {
    String value = all.get(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  int whole(String name, int otherwise) {
    String value = optional(name, Integer.toString(otherwise));
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new Refused(name + ": " + value + " is not a whole number");
    }
  }

  /** The password in the file that a variable names, without the end of its line; null without one. */
  String password(String name) {
    String file = optional(name, null);
    return file == null ? null : text(name, Path.of(file)).replaceFirst("[\r\n]+$", "");
  }

  /** The text of a file that a variable names. */
  static String text(String name, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Refused(name + ": " + file + " cannot be read (" + e.getClass().getSimpleName() + ')');
    }
  }
}
