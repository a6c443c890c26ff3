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
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

public final class FlinkJourney {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long HALF_HOUR = Duration.ofMinutes(30).toMillis();

    // The job runs within this process, so its tasks share these.
    private static final AtomicLong LATEST = new AtomicLong(Long.MIN_VALUE);
    private static OutputStream output;

    /** What the patterns look at; public fields make it a type that Flink serialises without Kryo. */
    public static final class Event {
        public String customer;
        public String type;
        public String sku;
        public long time;

        public Event() {}
    }

    public static void main(String[] arguments) throws Exception {
        output = new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1])), 1 << 20);
        Configuration configuration = new Configuration();
        configuration.setString("pipeline.object-reuse", "true");
        StreamExecutionEnvironment environment =
            StreamExecutionEnvironment.createLocalEnvironment(Integer.parseInt(arguments[2]), configuration);

        FileSource<String> file = FileSource
            .forRecordStreamFormat(new TextLineInputFormat(),
                new org.apache.flink.core.fs.Path(Path.of(arguments[0]).toUri()))
            .build();
        // One reader keeps the file's order, so that no event is late; the patterns run in parallel.
        DataStream<Event> events = environment
            .fromSource(file, WatermarkStrategy.noWatermarks(), "events").setParallelism(1)
            .map(FlinkJourney::event).returns(Event.class).setParallelism(1)
            .assignTimestampsAndWatermarks(WatermarkStrategy.<Event>forMonotonousTimestamps()
                .withTimestampAssigner((event, before) -> event.time)).setParallelism(1);

        KeySelector<Event, String> customer = event -> event.customer;
        KeySelector<Event, String> cart = event -> event.customer + '\n' + event.sku;
        DataStream<Event> shopping = events.filter(event -> event.type.equals("add_to_cart")
            || event.type.equals("purchase")).setParallelism(1);
        DataStream<Event> carts = shopping.filter(event -> event.sku != null).setParallelism(1);
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

    private static Event event(String line) throws IOException {
        JsonNode node = MAPPER.readTree(line);
        Event event = new Event();
        event.customer = node.get("customer_id").textValue();
        event.type = node.get("event").textValue();
        JsonNode sku = node.path("properties").get("sku");
        event.sku = sku == null ? null : sku.textValue();
        event.time = Instant.parse(node.get("timestamp").textValue()).toEpochMilli();
        LATEST.set(event.time);
        return event;
    }

    // Patterns

    private static SimpleCondition<Event> on(String type) {
        return SimpleCondition.of(event -> event.type.equals(type));
    }

    private static Pattern<Event, ?> cartAbandoned() {
        return Pattern.<Event>begin("cart", AfterMatchSkipStrategy.skipPastLastEvent()).where(on("add_to_cart"))
            .notFollowedBy("bought").where(on("purchase"))
            .within(Duration.ofMinutes(30));
    }

    private static Pattern<Event, ?> checkoutPath() {
        return Pattern.<Event>begin("view", AfterMatchSkipStrategy.skipPastLastEvent()).where(on("product_view"))
            .followedBy("cart").where(on("add_to_cart"))
            .followedBy("checkout").where(on("checkout_started"))
            .followedBy("pay").where(on("purchase"))
            .within(Duration.ofHours(1));
    }

    private static Pattern<Event, ?> stuck() {
        return Pattern.<Event>begin("first", AfterMatchSkipStrategy.skipPastLastEvent()).where(on("search"))
            .notFollowedBy("found").where(on("add_to_cart"))
            .followedBy("second").where(on("search"))
            .notFollowedBy("found too").where(on("add_to_cart"))
            .followedBy("third").where(on("search"))
            .within(Duration.ofMinutes(10));
    }

    /** One line per match; those that only the end of the input brings about are left out, as journeyd leaves them. */
    private static final class Moments extends PatternProcessFunction<Event, String> {
        private final String name;
        private final long delay;

        Moments(String name, long delay) {
            this.name = name;
            this.delay = delay;
        }

        @Override
        public void processMatch(Map<String, List<Event>> match, Context context, Collector<String> out) {
            long start = Long.MAX_VALUE;
            long end = Long.MIN_VALUE;
            String customer = null;
            for (List<Event> step : match.values()) {
                for (Event event : step) {
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
