import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The MongoDB wire protocol on loopback: DocumentServer PORT FILE. */
public class DocumentServer {
  /** Every version the library knows says wire version 8 at most, which current drivers refuse. */
  static final MongoVersion VERSION =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
          return 9;
        }

        @Override
        public String toVersionString() {
          return "4.4.0";
        }
      };

  /** Commits the store before a write is answered, so that kill -9 loses no acknowledged write. */
  static class Durable extends H2Backend {
    static final Set<String> WRITES =
        Set.of("insert", "update", "delete", "findandmodify", "create", "createindexes", "drop", "dropdatabase", "dropindexes");

    Durable(String file) {
      super(file);
    }

    @Override
    public Document handleMessage(MongoMessage message) {
      Document answer = super.handleMessage(message);
      String command = message.getDocument().keySet().iterator().next();
      if (WRITES.contains(command.toLowerCase(Locale.ROOT))) {
        commit();
        getMvStore().sync();
      }
      return answer;
    }
  }

  public static void main(String[] arguments) throws Exception {
    H2Backend backend = new Durable(arguments[1]);
    backend.version(VERSION);
    MongoServer server = new MongoServer(backend);
    server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
    Thread.currentThread().join();
  }
}
