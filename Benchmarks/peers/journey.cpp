// The benchmark's rules written by hand in C++ on simdjson's On-Demand API: one thread, the goal to beat.
// usage: journey EVENTS OUTPUT
// Events come in order of time. The rules are those of Benchmarks/bench.json5.

#include "text.hpp"

#include <algorithm>
#include <deque>
#include <limits>

namespace {

using Time = int64_t;  // milliseconds since 1970
constexpr Time second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
constexpr Time never = std::numeric_limits<Time>::min() / 2;
constexpr uint32_t none = UINT32_MAX;

/// Gives each different text a number, from 0 on. Open addressing; a short text lies in its slot, so that finding it
/// again touches one cache line.
class Names {
public:
    Names() : slots_(1 << 12) {}

    uint32_t number(std::string_view text) {
        const Key key(text);
        const size_t mask = slots_.size() - 1;
        for (size_t i = key.hash() & mask;; i = (i + 1) & mask) {
            Slot &slot = slots_[i];
            if (slot.number == none) { return add(text, key, slot); }
            if (slot.key == key && (text.size() <= Key::room || this->text(slot.number) == text)) {
                return slot.number;
            }
        }
    }

    std::string_view text(uint32_t number) const {
        return {arena_.data() + starts_[number], starts_[number + 1] - starts_[number]};
    }

private:
    struct Key {
        static constexpr size_t room = 16;
        uint64_t words[2] = {0, 0};
        uint32_t length = 0;

        Key() = default;
        explicit Key(std::string_view text) : length(uint32_t(text.size())) {
            std::memcpy(words, text.data(), std::min(text.size(), room));
            if (text.size() > room) { words[1] ^= std::hash<std::string_view>()(text); }
        }
        bool operator==(const Key &other) const {
            return words[0] == other.words[0] && words[1] == other.words[1] && length == other.length;
        }
        uint64_t hash() const {
            const auto product = static_cast<unsigned __int128>(words[0] ^ 0x2D358DCCAA6C78A5 ^ length)
                * (words[1] ^ 0x8BB84B93962EACC9);
            return uint64_t(product) ^ uint64_t(product >> 64);
        }
    };
    struct alignas(32) Slot { Key key; uint32_t number = none; };

    uint32_t add(std::string_view text, const Key &key, Slot &slot) {
        const uint32_t number = uint32_t(starts_.size() - 1);
        slot.key = key;
        slot.number = number;
        arena_.insert(arena_.end(), text.begin(), text.end());
        starts_.push_back(arena_.size());
        if (size_t(number) * 2 > slots_.size()) { grow(); }
        return number;
    }

    void grow() {
        const size_t mask = slots_.size() * 2 - 1;
        std::vector<Slot> larger(mask + 1);
        for (const Slot &slot : slots_) {
            if (slot.number == none) { continue; }
            size_t i = slot.key.hash() & mask;
            while (larger[i].number != none) { i = (i + 1) & mask; }
            larger[i] = slot;
        }
        slots_ = std::move(larger);
    }

    std::vector<Slot> slots_;
    std::vector<char> arena_;
    std::vector<size_t> starts_ = {0};
};

/// Values in order of time, dropped from the front; the memory is given back to the queue once it is empty.
template <typename Value>
class Queue {
public:
    bool empty() const { return head_ == values_.size(); }
    Value *begin() { return values_.data() + head_; }
    Value *end() { return values_.data() + values_.size(); }
    size_t size() const { return values_.size() - head_; }
    void clear() { values_.clear(); head_ = 0; }
    void drop(size_t count) { head_ += uint32_t(count); if (empty()) { clear(); } }

    void push(Value value) {
        if (head_ > 16 && head_ > values_.size() / 2) {
            values_.erase(values_.begin(), values_.begin() + head_);
            head_ = 0;
        }
        values_.push_back(value);
    }

private:
    std::vector<Value> values_;
    uint32_t head_ = 0;
};

struct Purchase { Time time; double price; };
struct Seen { Time time; uint32_t channel; };

struct Cart {
    Time time;
    double price;
    uint32_t customer, sku;
    uint32_t next;  // the customer's pending cart before this one, as its number since the start
    bool bought;
};

struct Customer {
    Time viewed_at = never, active_at = never, reminded = never;
    Time searches[2];  // stuck: the last two since an add_to_cart
    Time chosen[3] = {never, never, never};  // the last decisions, a ring
    uint32_t viewed = none;  // the SKU of the last product_view
    uint32_t carts = none;  // the latest pending cart
    uint32_t carted = 0, checking = 0;  // of `starts`: how many have passed add_to_cart, how many checkout_started
    uint8_t searched = 0, next_chosen = 0;
    Queue<Time> starts;  // checkout_path: those that began earlier are as far or further
    Queue<Time> complaints;
    Queue<Purchase> purchases;
    std::vector<Seen> channels;  // when each was last seen; so the distinct ones of a window need no queue
};

class Engine {
public:
    explicit Engine(const char *output) : out_(output) {}

    void run(const char *path) {
        simdjson::ondemand::parser parser;
        for_each_block(path, [&](const char *text, size_t length) {
            simdjson::ondemand::document_stream lines;
            if (parser.iterate_many(text, length, 1 << 20).get(lines)) { refuse(); }
            for (auto line : lines) {
                simdjson::ondemand::object event;
                if (line.get_object().get(event)) { refuse(); }
                take(event);
            }
        });
    }

private:
    using Object = simdjson::ondemand::object;

    [[noreturn]] static void refuse() {
        std::fprintf(stderr, "a line is not an event of the benchmark's form\n");
        std::exit(65);
    }

    void take(Object &event) {
        std::string_view name, type, stamp, channel;
        if (event["customer_id"].get(name) || event["event"].get(type) || event["timestamp"].get(stamp)) { refuse(); }
        const Time time = clock_.read(stamp);
        fire_until(time);
        const uint32_t number = names_.number(name);
        if (number == customers_.size()) { customers_.emplace_back(); }
        Customer &customer = customers_[number];
        if (!event["channel"].get(channel)) { see(customer, channels_.number(channel), time); }
        if (type == "product_view") { product_view(customer, time, event); }
        else if (type == "add_to_cart") { add_to_cart(customer, number, time, event); }
        else if (type == "checkout_started") { checkout_started(customer); }
        else if (type == "purchase") { purchase(customer, number, time, event); }
        else if (type == "search") { search(customer, number, time); }
        else if (type == "support_ticket") { support_ticket(customer, time, event); }
        else if (type == "app_open") { customer.active_at = time; }
    }

    void see(Customer &customer, uint32_t channel, Time time) {
        for (Seen &seen : customer.channels) {
            if (seen.channel == channel) { seen.time = time; return; }
        }
        customer.channels.push_back({time, channel});
    }

    Object properties_of(Object &event) {
        Object properties;
        if (event["properties"].get(properties)) { refuse(); }
        return properties;
    }

    uint32_t sku_of(Object &properties) {
        std::string_view sku;
        return properties["sku"].get(sku) ? none : skus_.number(sku);
    }

    void product_view(Customer &customer, Time time, Object &event) {
        Object properties = properties_of(event);
        customer.viewed_at = time;
        customer.viewed = sku_of(properties);
        size_t expired = 0;
        for (Time start : customer.starts) {
            if (time - start < hour) { break; }
            ++expired;
        }
        if (expired > 0) { drop_starts(customer, uint32_t(expired)); }
        customer.starts.push(time);
    }

    static void drop_starts(Customer &customer, uint32_t count) {
        customer.starts.drop(count);
        customer.carted -= std::min(customer.carted, count);
        customer.checking -= std::min(customer.checking, count);
    }

    void add_to_cart(Customer &customer, uint32_t number, Time time, Object &event) {
        Object properties = properties_of(event);
        const uint32_t sku = sku_of(properties);
        if (sku != none) {
            double price;
            if (properties["price"].get(price)) { price = std::numeric_limits<double>::quiet_NaN(); }
            carts_.push_back({time, price, number, sku, customer.carts, false});
            customer.carts = fired_ + uint32_t(carts_.size()) - 1;
        }
        customer.carted = uint32_t(customer.starts.size());
        customer.searched = 0;
    }

    static void checkout_started(Customer &customer) { customer.checking = customer.carted; }

    void purchase(Customer &customer, uint32_t number, Time time, Object &event) {
        Object properties = properties_of(event);
        customer.active_at = time;
        const uint32_t sku = sku_of(properties);
        double price;
        if (!properties["price"].get(price)) {
            size_t expired = 0;
            while (expired < customer.purchases.size() && customer.purchases.begin()[expired].time <= time - 90 * day) {
                ++expired;
            }
            customer.purchases.drop(expired);
            customer.purchases.push({time, price});
        }
        // The list ends at the first cart that has fired: those before it have fired too.
        for (uint32_t i = customer.carts; i != none && i >= fired_; i = carts_[i - fired_].next) {
            if (carts_[i - fired_].sku == sku) { carts_[i - fired_].bought = true; }
        }
        for (uint32_t i = 0; i < customer.checking; ++i) {
            const Time start = customer.starts.begin()[i];
            if (time - start < hour) {
                moment("checkout_path", number, time, start, time) << "}\n";
                customer.starts.clear();
                customer.carted = customer.checking = 0;
                return;
            }
        }
        if (customer.checking > 0) { drop_starts(customer, customer.checking); }
    }

    void search(Customer &customer, uint32_t number, Time time) {
        if (customer.searched < 2) {
            customer.searches[customer.searched++] = time;
            return;
        }
        const Time start = customer.searches[0];
        if (time - start >= 10 * minute) {
            customer.searches[0] = customer.searches[1];
            customer.searches[1] = time;
            return;
        }
        customer.searched = 0;
        moment("stuck", number, time, start, time) << "}\n";
        chat_help(customer, number, time);
    }

    void support_ticket(Customer &customer, Time time, Object &event) {
        Object properties = properties_of(event);
        std::string_view sentiment;
        if (!properties["sentiment"].get(sentiment) && sentiment == "negative") { customer.complaints.push(time); }
    }

    /// Carts come due in the order in which they were filled.
    void fire_until(Time now) {
        while (!carts_.empty() && carts_.front().time + 30 * minute <= now) {
            const Cart cart = carts_.front();
            carts_.pop_front();
            ++fired_;
            if (!cart.bought) { cart_abandoned(cart); }
        }
    }

    void cart_abandoned(const Cart &cart) {
        Customer &customer = customers_[cart.customer];
        const Time time = cart.time + 30 * minute;
        moment("cart_abandoned", cart.customer, time, cart.time, cart.time)
            << ",\"by\":\"" << skus_.text(cart.sku) << "\"}\n";
        size_t expired = 0;
        for (Time complaint : customer.complaints) {
            if (complaint > time - 14 * day) { break; }
            ++expired;
        }
        customer.complaints.drop(expired);
        const char *reason = !customer.complaints.empty() ? "not_eligible"
            : time - customer.reminded < day ? "cooldown"
            : cart.price != cart.price ? "bad_priority"
            : capped(customer, time) ? "cap" : nullptr;
        if (reason != nullptr) { return no_decision("cart_abandoned", cart.customer, time, reason); }
        customer.reminded = time;
        choose(customer, time);
        decision("cart_abandoned", cart.customer, time, "email_reminder", "email", 0.25, cart.price)
            << "\"sku\":\"" << skus_.text(cart.sku) << "\"}}\n";
    }

    void chat_help(Customer &customer, uint32_t number, Time time) {
        if (capped(customer, time)) { return no_decision("stuck", number, time, "cap"); }
        choose(customer, time);
        double spend = 0;
        for (const Purchase &purchase : customer.purchases) {
            if (purchase.time > time - 90 * day) { spend += purchase.price; }
        }
        decision("stuck", number, time, "chat_help", "web", 1.0, 5.0 + spend / 100.0);
        const bool viewed = customer.viewed != none && customer.viewed_at > time - 7 * day;
        const bool active = customer.active_at != never;
        if (viewed) { out_ << "\"last_viewed\":\"" << skus_.text(customer.viewed) << (active ? "\"," : "\""); }
        if (active) { (out_ << "\"quiet_for\":\"").seconds(time - customer.active_at) << "\""; }
        out_ << "}}\n";
    }

    static bool capped(const Customer &customer, Time time) {
        return customer.chosen[customer.next_chosen] > time - 7 * day;
    }

    static void choose(Customer &customer, Time time) {
        customer.chosen[customer.next_chosen] = time;
        customer.next_chosen = uint8_t((customer.next_chosen + 1) % 3);
    }

    Writer &moment(std::string_view name, uint32_t customer, Time time, Time start, Time end) {
        out_ << "{\"type\":\"moment\",\"moment\":\"" << name << "\",\"customer_id\":\"" << names_.text(customer);
        (out_ << "\",\"time\":\"").time(time);
        (out_ << "\",\"start\":\"").time(start);
        return (out_ << "\",\"end\":\"").time(end) << "\"";
    }

    Writer &head(std::string_view moment, uint32_t customer, Time time) {
        out_ << "{\"type\":\"decision\",\"moment\":\"" << moment << "\",\"customer_id\":\"" << names_.text(customer);
        return (out_ << "\",\"time\":\"").time(time) << "\",\"action\":";
    }

    void no_decision(std::string_view moment, uint32_t customer, Time time, std::string_view reason) {
        head(moment, customer, time) << "null,\"reason\":\"" << reason << "\"}\n";
    }

    Writer &decision(std::string_view moment, uint32_t customer, Time time, std::string_view action,
                     std::string_view channel, double propensity, double value) {
        head(moment, customer, time) << "\"" << action << "\",\"channel\":\"" << channel << "\",\"priority\":"
            << propensity * 1.0 * value * 1.0 << ",\"propensity\":" << propensity << ",\"context\":1.0,\"value\":"
            << value;
        return out_ << ",\"lever\":1.0,\"payload\":{";
    }

    Clock clock_;
    Names names_, skus_, channels_;
    std::vector<Customer> customers_;
    std::deque<Cart> carts_;  // pending, in order of time
    uint32_t fired_ = 0;  // the number of the first of them since the start
    Writer out_;
};

}  // namespace

int main(int count, char **arguments) {
    if (count != 3) { std::fprintf(stderr, "usage: journey EVENTS OUTPUT\n"); return 64; }
    Engine(arguments[2]).run(arguments[1]);
}
