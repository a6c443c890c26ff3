// relay IN OUT: the least that could answer. One thread takes events at the Unix socket IN, computes for two
// microseconds for each, and answers every fifteenth with a decision to the Unix socket OUT. What its answers take is
// what the machine and the load generator cost anybody.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

using Clock = std::chrono::steady_clock;

static sockaddr_un address(const char *path) {
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    std::strncpy(place.sun_path, path, sizeof place.sun_path - 1);
    return place;
}

int main(int count, char **words) {
    if (count != 3) return 64;
    const auto in = address(words[1]), out = address(words[2]);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, reinterpret_cast<const sockaddr *>(&in), sizeof in) || listen(listener, 1)) return 69;
    const int events = accept(listener, nullptr, nullptr);
    int answers = -1;
    while (answers < 0) {
        answers = socket(AF_UNIX, SOCK_STREAM, 0);
        if (!connect(answers, reinterpret_cast<const sockaddr *>(&out), sizeof out)) break;
        close(answers);
        answers = -1;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }

    static const char key[] = "\"timestamp\":\"";
    std::vector<char> block(1 << 20);
    std::string said;
    size_t held = 0;
    unsigned long number = 0;
    while (true) {
        const ssize_t got = read(events, block.data() + held, block.size() - held);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        held += got;
        const char *line = block.data(), *const end = line + held;
        const auto begun = Clock::now();
        long lines = 0;
        said.clear();
        while (const char *next = static_cast<const char *>(std::memchr(line, '\n', end - line))) {
            lines++;
            if (number++ % 15 == 0) {
                if (const char *time = static_cast<const char *>(memmem(line, next - line, key, sizeof key - 1))) {
                    time += sizeof key - 1;
                    const char *stop = static_cast<const char *>(std::memchr(time, '"', next - time));
                    char head[64];
                    std::snprintf(head, sizeof head, "{\"type\":\"decision\",\"id\":\"d-%016lx\",\"time\":\"", number);
                    said += head;
                    said.append(time, stop ? stop - time : 0);
                    said += "\"}\n";
                }
            }
            line = next + 1;
        }
        while (Clock::now() - begun < std::chrono::microseconds(2 * lines)) {}
        for (size_t done = 0; done < said.size();) {
            const ssize_t put = write(answers, said.data() + done, said.size() - done);
            if (put < 0 && errno != EINTR) return 74;
            if (put > 0) done += put;
        }
        held = end - line;
        std::memmove(block.data(), line, held);
    }
}
