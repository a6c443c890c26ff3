// What the peers written for Flink share: events read from a file, in event time.

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class FlinkEvents {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private FlinkEvents() {}

    /** What the patterns look at; public fields make it a type that Flink serialises without Kryo. */
    public static final class Event {
        public String customer;
        public String type;
        public String sku;
        public long time;

        public Event() {}
    }

    /** The event of a line. */
    static Event event(String line) throws IOException {
        JsonNode node = MAPPER.readTree(line);
        Event event = new Event();
        event.customer = node.get("customer_id").textValue();
        event.type = node.get("event").textValue();
        JsonNode sku = node.path("properties").get("sku");
        event.sku = sku == null ? null : sku.textValue();
        event.time = Instant.parse(node.get("timestamp").textValue()).toEpochMilli();
        return event;
    }

    static SimpleCondition<Event> on(String type) {
        return SimpleCondition.of(event -> event.type.equals(type));
    }

    /** One job within this process. */
    static StreamExecutionEnvironment environment(String parallelism) {
        Configuration configuration = new Configuration();
        configuration.setString("pipeline.object-reuse", "true");
        return StreamExecutionEnvironment.createLocalEnvironment(Integer.parseInt(parallelism), configuration);
    }

    /** One reader keeps the file's order, so that no event is late; what follows runs in parallel. */
    static DataStream<Event> read(
            StreamExecutionEnvironment environment, String path, MapFunction<String, Event> event) {
        FileSource<String> file = FileSource
            .forRecordStreamFormat(new TextLineInputFormat(),
                new org.apache.flink.core.fs.Path(Path.of(path).toUri()))
            .build();
        return environment
            .fromSource(file, WatermarkStrategy.noWatermarks(), "events").setParallelism(1)
            .map(event).returns(Event.class).setParallelism(1)
            .assignTimestampsAndWatermarks(WatermarkStrategy.<Event>forMonotonousTimestamps()
                .withTimestampAssigner((read, before) -> read.time)).setParallelism(1);
    }
}
