// What it takes to find a row by a key drawn at random: std::unordered_map with text keys.
//
// lookup FILE COUNT: FILE has a key a line. Prints the nanoseconds of one of COUNT look-ups, whose keys lie in a row as they do
// in a batch of events.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <unordered_map>
#include <vector>

struct Row {
    double margin;
    std::string category;
};

int main(int count, char **words) {
    if (count != 3) return 64;
    std::ifstream file(words[1]);
    std::unordered_map<std::string, Row> table;
    std::vector<std::string> keys;
    for (std::string key; std::getline(file, key);) {
        table.emplace(key, Row{double(keys.size()), "c" + std::to_string(keys.size() % 50)});
        keys.push_back(key);
    }
    const std::size_t asked = std::strtoull(words[2], nullptr, 10);
    std::vector<std::string> asks;
    asks.reserve(asked);
    std::uint64_t state = 7;
    for (std::size_t i = 0; i < asked; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        asks.push_back(keys[(state >> 33) % keys.size()]);
    }
    const auto began = std::chrono::steady_clock::now();
    double sum = 0;
    for (const auto &key : asks) sum += table.find(key)->second.margin;
    const auto took = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began).count();
    std::printf("%.2f %.0f\n", took / double(asked), sum);
}
