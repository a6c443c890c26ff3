// Reading whole lines in blocks, and the two conversions that every line needs: times in, times and numbers out.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

/// Days since 1970-01-01 of a date of the Gregorian calendar.
inline int64_t days_since_1970(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    const int64_t era = year / 400;
    const unsigned year_of_era = unsigned(year - era * 400);
    const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

/// Milliseconds since 1970 of "2026-01-01T00:00:00.022Z". The date is the same for many lines in turn, so it is kept.
class Clock {
public:
    int64_t read(std::string_view text) {
        if (text.size() != 24 || text[23] != 'Z') {
            std::fprintf(stderr, "not a time in the benchmark's form: %.*s\n", int(text.size()), text.data());
            std::exit(65);
        }
        const char *p = text.data();
        if (std::memcmp(p, date_, 10) != 0) {
            std::memcpy(date_, p, 10);
            midnight_ = days_since_1970(two(p) * 100 + two(p + 2), two(p + 5), two(p + 8)) * 86'400'000;
        }
        return midnight_ + two(p + 11) * 3'600'000 + two(p + 14) * 60'000 + two(p + 17) * 1000
            + (p[20] - '0') * 100 + two(p + 21);
    }

private:
    static int64_t two(const char *p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

    char date_[10] = {};
    int64_t midnight_ = 0;
};

/// Output gathered into large writes.
class Writer {
public:
    explicit Writer(const char *path) : file_(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644)) {
        if (file_ < 0) { std::perror(path); std::exit(69); }
        buffer_.resize(1 << 20);
    }
    ~Writer() { flush(); close(file_); }

    Writer &operator<<(std::string_view text) {
        room(text.size());
        std::memcpy(buffer_.data() + used_, text.data(), text.size());
        used_ += text.size();
        return *this;
    }

    Writer &operator<<(double number) {
        room(32);
        char *first = buffer_.data() + used_;
        char *last = std::to_chars(first, first + 32, number).ptr;
        used_ = size_t(last - buffer_.data());
        const bool whole = std::string_view(first, size_t(last - first)).find_first_of(".e") == std::string_view::npos;
        return whole ? *this << ".0" : *this;
    }

    Writer &time(int64_t milliseconds) {
        const int64_t day = milliseconds / 86'400'000;
        if (day != day_) { day_ = day; write_date(day); }
        unsigned rest = unsigned(milliseconds % 86'400'000);
        char text[] = "T00:00:00.000Z";
        digits(text + 10, 3, rest % 1000);
        rest /= 1000;
        digits(text + 7, 2, rest % 60);
        digits(text + 4, 2, rest / 60 % 60);
        digits(text + 1, 2, rest / 3600);
        return *this << std::string_view(date_, 10) << std::string_view(text, 14);
    }

    /// A duration as "604800.022s".
    Writer &seconds(int64_t milliseconds) {
        char text[32];
        char *last = std::to_chars(text, text + 24, milliseconds / 1000).ptr;
        if (unsigned rest = unsigned(milliseconds % 1000)) {
            *last = '.';
            digits(last + 1, 3, rest);
            last += 4;
            while (last[-1] == '0') { --last; }
        }
        *last++ = 's';
        return *this << std::string_view(text, size_t(last - text));
    }

private:
    void room(size_t size) {
        if (buffer_.size() - used_ < size) { flush(); }
        if (buffer_.size() < size) { buffer_.resize(size); }
    }

    void flush() {
        for (size_t done = 0; done < used_;) {
            const ssize_t wrote = write(file_, buffer_.data() + done, used_ - done);
            if (wrote < 0) { std::perror("write"); std::exit(74); }
            done += size_t(wrote);
        }
        used_ = 0;
    }

    static void digits(char *at, int count, unsigned value) {
        for (int i = count - 1; i >= 0; --i, value /= 10) { at[i] = char('0' + value % 10); }
    }

    void write_date(int64_t day) {
        const int64_t shifted = day + 719468;
        const int64_t era = shifted / 146097;
        const unsigned day_of_era = unsigned(shifted - era * 146097);
        const unsigned year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        const unsigned month_from_march = (5 * day_of_year + 2) / 153;
        const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
        digits(date_, 4, unsigned(era * 400 + year_of_era + (month <= 2)));
        digits(date_ + 5, 2, month);
        digits(date_ + 8, 2, day_of_year - (153 * month_from_march + 2) / 5 + 1);
    }

    int file_;
    size_t used_ = 0;
    std::vector<char> buffer_;
    int64_t day_ = -1;
    char date_[11] = "0000-00-00";
};

/// Calls `take(text, length)` with blocks of whole lines, each followed by the padding that simdjson asks for.
template <typename Take>
void for_each_block(const char *path, Take take) {
    constexpr size_t size = 1 << 20;
    const int file = open(path, O_RDONLY);
    if (file < 0) { std::perror(path); std::exit(66); }
    std::vector<char> buffer(size + simdjson::SIMDJSON_PADDING);
    size_t kept = 0;
    for (;;) {
        const ssize_t got = read(file, buffer.data() + kept, size - kept);
        if (got < 0) { std::perror(path); std::exit(74); }
        const size_t filled = kept + size_t(got);
        if (filled == 0) { break; }
        size_t whole = filled;
        if (got > 0) {
            const void *end = memrchr(buffer.data(), '\n', filled);
            if (end == nullptr) {
                if (filled == size) { std::fprintf(stderr, "%s: a line is longer than 1 MiB\n", path); std::exit(65); }
                kept = filled;
                continue;
            }
            whole = size_t(static_cast<const char *>(end) - buffer.data()) + 1;
        }
        take(buffer.data(), whole);
        kept = filled - whole;
        std::memmove(buffer.data(), buffer.data() + whole, kept);
        if (got == 0) { break; }
    }
    close(file);
}
