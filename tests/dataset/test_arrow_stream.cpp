// Arrow streams: what is told of them and to them while they are read, and arrays that are handed out again.
#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <pcapframe/interchange.hpp>
#include <pcapframe/pcapframe.hpp>

using namespace pcapframe;

namespace {

const std::string local = "tests/data/local.pcap";

/// A stream that is released with the test.
struct held_stream {
    ArrowArrayStream stream{};

    held_stream() = default;
    held_stream(const held_stream&) = delete;
    held_stream& operator=(const held_stream&) = delete;
    ~held_stream() {
        if (stream.release != nullptr) stream.release(&stream);
    }

    /// The rows of the next array; nothing at the end, the errno as a negative number.
    std::int64_t next() {
        ArrowArray array{};
        const int status = stream.get_next(&stream, &array);
        if (status != 0) return -status;
        const std::int64_t rows = array.release == nullptr ? 0 : array.length;
        if (array.release != nullptr) array.release(&array);
        return rows;
    }
};

void open_stream(held_stream& to, std::size_t rows, std::shared_ptr<warning_log> log = nullptr,
                 std::shared_ptr<const stream_control> control = nullptr) {
    auto source = open_pcap(local);
    REQUIRE(source);
    REQUIRE(export_stream(*source, {}, &to.stream, rows, std::move(log), std::move(control)));
}

}  // namespace

TEST_CASE("a stream gives other rows from its next array on, once its control has another plan") {
    const auto control = std::make_shared<stream_control>();
    held_stream held;
    open_stream(held, 20, nullptr, control);
    CHECK(held.next() == 20);
    auto plan = plan_read({.protocol = "udp"});
    REQUIRE(plan);
    control->set_plan(std::move(*plan));
    // Of the sample's 11 rows of udp, 5 are among the first 20.
    std::int64_t rows = 0;
    for (std::int64_t more = held.next(); more > 0; more = held.next()) rows += more;
    const auto all = open_pcap(local, {.protocol = "udp"})->read();
    const auto first = open_pcap(local, {.limit = 20})->read();
    std::int64_t before = 0;
    for (const auto protocol : first->protocol()) before += protocol == ip_protocol_id(17) ? 1 : 0;
    CHECK(rows == static_cast<std::int64_t>(all->rows()) - before);
    CHECK(known_stream(held.stream)->text() == nullptr);
}

TEST_CASE("a stream that is cancelled fails, and says so") {
    const auto control = std::make_shared<stream_control>();
    held_stream held;
    open_stream(held, 20, nullptr, control);
    CHECK(held.next() == 20);
    CHECK_FALSE(known_stream(held.stream)->failure());
    control->cancel();
    CHECK(held.next() == -ECANCELED);
    CHECK(std::string(held.stream.get_last_error(&held.stream)) == "the read was cancelled");
    CHECK(known_stream(held.stream)->failure()->code == errc::cancelled);
    CHECK(held.next() == -ECANCELED);
}

TEST_CASE("a cursor is cancelled in the middle of a chunk") {
    auto source = open_pcap(local);
    REQUIRE(source);
    auto rows = source->read_chunked(20);
    REQUIRE(rows);
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    rows->cancel_by(cancelled);
    batch some = rows->make_batch();
    CHECK(rows->next(some));
    cancelled->store(true);
    const auto more = rows->next(some);
    REQUIRE_FALSE(more);
    CHECK(more.error().code == errc::cancelled);
}

TEST_CASE("a log tells its listener of each warning, and keeps it") {
    const auto log = std::make_shared<warning_log>();
    std::string told;
    log->tell([&](const stream_warning& w) { told += w.message; });
    log->add({stream_warning::kind::note, "one", "", no_offset});
    log->tell({});
    log->add({stream_warning::kind::damage, "two", "x.pcap", 7});
    CHECK(told == "one");
    REQUIRE(log->count() == 2);
    CHECK(log->at(1)->offset == 7);
    CHECK(log->at(2) == nullptr);
}

TEST_CASE("an array is handed out any number of times, and so are its parts") {
    held_stream held;
    open_stream(held, 50);
    ArrowArray first{};
    ArrowArray second{};
    {
        const auto kept = std::make_shared<held_array>();
        REQUIRE(held.stream.get_next(&held.stream, &kept->place()) == 0);
        export_copy(kept, &first);
        export_copy(kept, &second);
        CHECK(kept->array().length == 50);
    }
    REQUIRE(first.n_children == 6);
    CHECK(first.children[2]->buffers[1] == second.children[2]->buffers[1]);
    REQUIRE(first.children[1]->dictionary != nullptr);
    CHECK(first.children[1]->dictionary->length > 0);
    // A part that is moved away outlives the whole.
    ArrowArray ports = std::exchange(*first.children[2], ArrowArray{});
    first.release(&first);
    second.release(&second);
    CHECK(static_cast<const std::uint16_t*>(ports.buffers[1])[0] == 45036);
    ports.release(&ports);
}

TEST_CASE("streams of others are not known") {
    ArrowArrayStream other{};
    other.release = [](ArrowArrayStream*) {};
    CHECK(known_stream(other) == nullptr);
}
