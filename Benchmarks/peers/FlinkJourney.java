// The three sequences of Benchmarks/bench.json5 as Flink CEP patterns, in event time, keyed by customer.
// usage: FlinkJourney EVENTS OUTPUT PARALLELISM
// Windows, decisions and caps are left out: this peer does the sequence part of the work only.

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

public final class FlinkJourney {
    private static final long HALF_HOUR = Duration.ofMinutes(30).toMillis();

    // The job runs within this process, so its tasks share these.
    private static final AtomicLong LATEST = new AtomicLong(Long.MIN_VALUE);
    private static OutputStream output;

    public static void main(String[] arguments) throws Exception {
        output = new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1])), 1 << 20);
        StreamExecutionEnvironment environment = FlinkEvents.environment(arguments[2]);
        DataStream<FlinkEvents.Event> events = FlinkEvents.read(environment, arguments[0], FlinkJourney::event);

        KeySelector<FlinkEvents.Event, String> customer = event -> event.customer;
        KeySelector<FlinkEvents.Event, String> cart = event -> event.customer + '\n' + event.sku;
        DataStream<FlinkEvents.Event> shopping = events.filter(event -> event.type.equals("add_to_cart")
            || event.type.equals("purchase")).setParallelism(1);
        DataStream<FlinkEvents.Event> carts = shopping.filter(event -> event.sku != null).setParallelism(1);
        write(CEP.pattern(carts.keyBy(cart), cartAbandoned()).process(new Moments("cart_abandoned", HALF_HOUR)));
        write(CEP.pattern(events.keyBy(customer), checkoutPath()).process(new Moments("checkout_path", 0)));
        write(CEP.pattern(events.keyBy(customer), stuck()).process(new Moments("stuck", 0)));
        environment.execute("journeys");
        output.close();
    }

    private static void write(DataStream<String> lines) {
        lines.map(line -> {
            synchronized (LATEST) {
                output.write(line.getBytes(StandardCharsets.UTF_8));
            }
            return line;
        }).returns(String.class).sinkTo(new DiscardingSink<>());
    }

    private static FlinkEvents.Event event(String line) throws IOException {
        FlinkEvents.Event event = FlinkEvents.event(line);
        LATEST.set(event.time);
        return event;
    }

    // Patterns

    private static Pattern<FlinkEvents.Event, ?> cartAbandoned() {
        return Pattern.<FlinkEvents.Event>begin("cart", AfterMatchSkipStrategy.skipPastLastEvent()).where(FlinkEvents.on("add_to_cart"))
            .notFollowedBy("bought").where(FlinkEvents.on("purchase"))
            .within(Duration.ofMinutes(30));
    }

    private static Pattern<FlinkEvents.Event, ?> checkoutPath() {
        return Pattern.<FlinkEvents.Event>begin("view", AfterMatchSkipStrategy.skipPastLastEvent()).where(FlinkEvents.on("product_view"))
            .followedBy("cart").where(FlinkEvents.on("add_to_cart"))
            .followedBy("checkout").where(FlinkEvents.on("checkout_started"))
            .followedBy("pay").where(FlinkEvents.on("purchase"))
            .within(Duration.ofHours(1));
    }

    private static Pattern<FlinkEvents.Event, ?> stuck() {
        return Pattern.<FlinkEvents.Event>begin("first", AfterMatchSkipStrategy.skipPastLastEvent()).where(FlinkEvents.on("search"))
            .notFollowedBy("found").where(FlinkEvents.on("add_to_cart"))
            .followedBy("second").where(FlinkEvents.on("search"))
            .notFollowedBy("found too").where(FlinkEvents.on("add_to_cart"))
            .followedBy("third").where(FlinkEvents.on("search"))
            .within(Duration.ofMinutes(10));
    }

    /** One line per match; those that only the end of the input brings about are left out, as journeyd leaves them. */
    private static final class Moments extends PatternProcessFunction<FlinkEvents.Event, String> {
        private final String name;
        private final long delay;

        Moments(String name, long delay) {
            this.name = name;
            this.delay = delay;
        }

        @Override
        public void processMatch(Map<String, List<FlinkEvents.Event>> match, Context context, Collector<String> out) {
            long start = Long.MAX_VALUE;
            long end = Long.MIN_VALUE;
            String customer = null;
            for (List<FlinkEvents.Event> step : match.values()) {
                for (FlinkEvents.Event event : step) {
                    start = Math.min(start, event.time);
                    end = Math.max(end, event.time);
                    customer = event.customer;
                }
            }
            long time = end + delay;
            if (time > LATEST.get()) {
                return;
            }
            out.collect("{\"type\":\"moment\",\"moment\":\"" + name + "\",\"customer_id\":\"" + customer
                + "\",\"time\":\"" + written(time) + "\",\"start\":\"" + written(start)
                + "\",\"end\":\"" + written(end) + "\"}\n");
        }

        private static String written(long time) {
            return java.time.format.DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(time));
        }
    }
}
