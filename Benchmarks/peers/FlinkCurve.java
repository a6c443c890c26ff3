// "start, view+, finish" within some seconds as a Flink CEP pattern, in event time, keyed by customer.
// usage: FlinkCurve EVENTS WITHIN_SECONDS PARALLELISM
// Says how many milliseconds the job took, without the start of the machine, and how many matches there were.

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

public final class FlinkCurve {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    // The job runs within this process, so its tasks share this.
    private static final AtomicLong MATCHES = new AtomicLong();

    public static final class Event {
        public String customer;
        public String type;
        public long time;

        public Event() {}
    }

    private static Event event(String line) throws java.io.IOException {
        JsonNode node = MAPPER.readTree(line);
        Event event = new Event();
        event.customer = node.get("customer_id").textValue();
        event.type = node.get("event").textValue();
        event.time = Instant.parse(node.get("timestamp").textValue()).toEpochMilli();
        return event;
    }

    private static SimpleCondition<Event> on(String type) {
        return SimpleCondition.of(event -> event.type.equals(type));
    }

    public static void main(String[] arguments) throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("pipeline.object-reuse", "true");
        StreamExecutionEnvironment environment =
            StreamExecutionEnvironment.createLocalEnvironment(Integer.parseInt(arguments[2]), configuration);
        FileSource<String> file = FileSource
            .forRecordStreamFormat(new TextLineInputFormat(),
                new org.apache.flink.core.fs.Path(Path.of(arguments[0]).toUri()))
            .build();
        DataStream<Event> events = environment
            .fromSource(file, WatermarkStrategy.noWatermarks(), "events").setParallelism(1)
            .map(FlinkCurve::event).returns(Event.class).setParallelism(1)
            .assignTimestampsAndWatermarks(WatermarkStrategy.<Event>forMonotonousTimestamps()
                .withTimestampAssigner((event, before) -> event.time)).setParallelism(1);
        Pattern<Event, ?> pattern = Pattern.<Event>begin("start", AfterMatchSkipStrategy.skipPastLastEvent())
            .where(on("start"))
            .followedBy("view").where(on("view")).oneOrMore()
            .followedBy("finish").where(on("finish"))
            .within(Duration.ofSeconds(Long.parseLong(arguments[1])));
        KeySelector<Event, String> customer = event -> event.customer;
        CEP.pattern(events.keyBy(customer), pattern).process(new Matches()).sinkTo(new DiscardingSink<>());
        long began = System.nanoTime();
        environment.execute("curve");
        System.out.println((System.nanoTime() - began) / 1_000_000 + " " + MATCHES.get());
    }

    private static final class Matches extends PatternProcessFunction<Event, String> {
        @Override
        public void processMatch(Map<String, List<Event>> match, Context context, Collector<String> out) {
            if (match.get("start").get(0).customer.startsWith("c5")) {
                MATCHES.incrementAndGet();
            }
        }
    }
}
