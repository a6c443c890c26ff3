// "start, view+, finish" within some seconds as a Flink CEP pattern, in event time, keyed by customer.
// usage: FlinkCurve EVENTS WITHIN_SECONDS PARALLELISM
// Says how many milliseconds the job took, without the start of the machine, and how many matches there were.

import java.time.Duration;
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

public final class FlinkCurve {
    // The job runs within this process, so its tasks share this.
    private static final AtomicLong MATCHES = new AtomicLong();

    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = FlinkEvents.environment(arguments[2]);
        DataStream<FlinkEvents.Event> events = FlinkEvents.read(environment, arguments[0], FlinkEvents::event);
        Pattern<FlinkEvents.Event, ?> pattern = Pattern.<FlinkEvents.Event>begin("start", AfterMatchSkipStrategy.skipPastLastEvent())
            .where(FlinkEvents.on("start"))
            .followedBy("view").where(FlinkEvents.on("view")).oneOrMore()
            .followedBy("finish").where(FlinkEvents.on("finish"))
            .within(Duration.ofSeconds(Long.parseLong(arguments[1])));
        KeySelector<FlinkEvents.Event, String> customer = event -> event.customer;
        CEP.pattern(events.keyBy(customer), pattern).process(new Matches()).sinkTo(new DiscardingSink<>());
        long began = System.nanoTime();
        environment.execute("curve");
        System.out.println((System.nanoTime() - began) / 1_000_000 + " " + MATCHES.get());
    }

    private static final class Matches extends PatternProcessFunction<FlinkEvents.Event, String> {
        @Override
        public void processMatch(Map<String, List<FlinkEvents.Event>> match, Context context, Collector<String> out) {
            if (match.get("start").get(0).customer.startsWith("c5")) {
                MATCHES.incrementAndGet();
            }
        }
    }
}
