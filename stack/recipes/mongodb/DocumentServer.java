import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

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

    private final AtomicLong written = new AtomicLong();
    private long committed;

    Durable(String file) {
      super(file);
    }

    /** Commits what was written up to now, unless another thread's commit took it along. */
    private synchronized void commitUpTo(long write) {
      if (committed >= write) {
        return;
      }
      long all = written.get();
      commit();
      getMvStore().sync();
      committed = all;
    }

    @Override
    public Document handleMessage(MongoMessage message) {
      Document answer = super.handleMessage(message);
      String command = message.getDocument().keySet().iterator().next();
      if (WRITES.contains(command.toLowerCase(Locale.ROOT))) {
        commitUpTo(written.incrementAndGet());
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
