// The yardstick: what simdjson takes to parse the file, with no rule at all.
// usage: parse needed|every EVENTS
//   needed: On-Demand, only the fields that the rules look at (what is passed over is not validated)
//   every:  DOM, the whole of every line, validated as a consumer of foreign input must

#include "text.hpp"

namespace {

uint64_t needed_of(const char *path) {
    simdjson::ondemand::parser parser;
    uint64_t sum = 0;
    for_each_block(path, [&](const char *text, size_t length) {
        simdjson::ondemand::document_stream lines;
        if (parser.iterate_many(text, length, 1 << 20).get(lines)) { std::exit(65); }
        for (auto line : lines) {
            simdjson::ondemand::object event;
            std::string_view customer, type, time, channel;
            if (line.get_object().get(event) || event["customer_id"].get(customer) || event["event"].get(type)
                || event["timestamp"].get(time) || event["channel"].get(channel)) { std::exit(65); }
            sum += customer.size() + type.size() + time.size() + channel.size();
            simdjson::ondemand::object properties;
            std::string_view sku;
            if (!event["properties"].get(properties) && !properties["sku"].get(sku)) { sum += sku.size(); }
        }
    });
    return sum;
}

uint64_t every_of(const char *path) {
    simdjson::dom::parser parser;
    uint64_t sum = 0;
    for_each_block(path, [&](const char *text, size_t length) {
        simdjson::dom::document_stream lines;
        if (parser.parse_many(text, length, 1 << 20).get(lines)) { std::exit(65); }
        for (auto line : lines) {
            simdjson::dom::object event;
            if (line.get(event)) { std::exit(65); }
            sum += event.size();
        }
    });
    return sum;
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 3) { std::fprintf(stderr, "usage: parse needed|every EVENTS\n"); return 64; }
    const bool needed = std::string_view(arguments[1]) == "needed";
    std::printf("%llu\n", (unsigned long long)(needed ? needed_of(arguments[2]) : every_of(arguments[2])));
}
