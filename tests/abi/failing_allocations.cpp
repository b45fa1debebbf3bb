// The C interface where memory ends: everything is done again and again, and each time one allocation later fails. It
// must be told by every function as it tells other errors, and nothing may be lost: run with a leak checker.
//
// failing_allocations PATH: a capture that is cut, so that there is a warning to make.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

#include <pcapframe/export/arrow_c_data.hpp>

#include "pcapframe.h"

namespace {

long allocations_left = -1;  ///< below 0: no end
bool goes_on_failing = false;
long refused = 0;

void* allocate(std::size_t bytes, std::size_t alignment) {
    if (allocations_left == 0) {
        ++refused;
        if (!goes_on_failing) allocations_left = -1;
        throw std::bad_alloc();
    }
    if (allocations_left > 0) --allocations_left;
    bytes = bytes == 0 ? 1 : bytes;
    void* const memory = alignment == 0
                             ? std::malloc(bytes)
                             : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == nullptr) std::abort();
    return memory;
}

void require(bool holds, const char* what) {
    if (holds) return;
    std::printf("failed: %s\n", what);
    std::exit(1);
}

struct outcome {
    long long rows = 0;
    std::size_t warnings = 0;
    int failures = 0;
};

pcapframe_error why;

/// Counts a failure, which must be told in words.
bool told(int status, const char* text, outcome& out) {
    if (status == 0) return true;
    if (std::string_view(text) != "out of memory") std::printf("told: %s\n", text);
    require(std::string_view(text) == "out of memory", "a want of memory is told as one");
    ++out.failures;
    return false;
}

bool worked(int kind, outcome& out) {
    require(kind == 0 || (kind == PCAPFRAME_NO_MEMORY && why.kind == kind), "a want of memory has its own kind");
    return told(kind, why.message, out);
}

void read_stream(ArrowArrayStream& stream, outcome& out) {
    ArrowSchema schema{};
    const auto check = [&](int status) {
        if (status == 0) return true;
        require(status == ENOMEM, "streams fail with ENOMEM");
        return told(status, stream.get_last_error(&stream), out);
    };
    if (check(stream.get_schema(&stream, &schema))) schema.release(&schema);
    ArrowArray array{};
    bool is_whole = check(stream.get_next(&stream, &array));
    while (is_whole && array.release != nullptr) {
        out.rows += array.length;
        array.release(&array);
        is_whole = check(stream.get_next(&stream, &array));
    }
    // Rows that were lost are not passed over: what failed goes on failing.
    if (!is_whole) require(stream.get_next(&stream, &array) == ENOMEM, "a stream that has lost rows gives no more");
    stream.release(&stream);
}

void use_table(pcapframe_source* source, outcome& out) {
    ArrowArrayStream stream{};
    if (!worked(pcapframe_source_stream(source, &stream, &why), out)) return;
    pcapframe_table* table = nullptr;
    if (worked(pcapframe_table_read(&stream, 2, &table, &why), out)) {
        ArrowArrayStream again{};
        if (worked(pcapframe_table_stream(table, &again, &why), out)) read_stream(again, out);
        pcapframe_table_close(table);
    }
    stream.release(&stream);
}

void use_splits(pcapframe_source* source, outcome& out) {
    char* lines = nullptr;
    if (!worked(pcapframe_source_plan(source, 5000, &lines, &why), out)) return;
    *std::strchr(lines, '\n') = '\0';
    pcapframe_source* split = nullptr;
    if (worked(pcapframe_split_open(lines, &split, &why), out)) {
        ArrowArrayStream stream{};
        if (worked(pcapframe_source_stream(split, &stream, &why), out)) stream.release(&stream);
        pcapframe_source_close(split);
    }
    pcapframe_free(lines);
}

void use_flows(const char* const* paths, outcome& out) {
    const char* const options[] = {"columns", "all", "where", "packets>1", nullptr};
    pcapframe_source* flows = nullptr;
    if (!worked(pcapframe_flows_open(paths, options, &flows, &why), out)) return;
    ArrowArrayStream stream{};
    if (worked(pcapframe_source_stream(flows, &stream, &why), out)) read_stream(stream, out);
    pcapframe_source_close(flows);
}

void use_outputs(pcapframe_source* source, outcome& out) {
    ArrowSchema schema{};
    if (worked(pcapframe_source_schema(source, &schema, &why), out)) schema.release(&schema);
    char* text = nullptr;
    if (worked(pcapframe_source_yaml(source, "mine", &text, &why), out)) pcapframe_free(text);
    const char* const json[] = {"kind", "hosts", "format", "json", nullptr};
    text = nullptr;
    if (worked(pcapframe_source_plot(source, json, &text, &why), out)) pcapframe_free(text);
}

outcome use_everything(const char* path) {
    const char* const options[] = {"partition_bytes", "5000", "filter", "ip and not icmp", "payload", "true",
                                   "chunksize",       "20",   nullptr};
    const char* const paths[] = {path, nullptr};
    outcome out;
    pcapframe_source* source = nullptr;
    if (!worked(pcapframe_source_open(paths, options, &source, &why), out)) return out;
    worked(pcapframe_source_on_warning(source, [](void*, const pcapframe_warning*) {}, nullptr, &why), out);
    ArrowArrayStream stream{};
    if (worked(pcapframe_source_stream(source, &stream, &why), out)) {
        worked(pcapframe_source_set_filter(source, "udp", "port 53", &why), out);
        worked(pcapframe_source_set_filter(source, nullptr, nullptr, &why), out);
        read_stream(stream, out);
    }
    std::size_t parts = 0;
    if (worked(pcapframe_source_partitions(source, &parts, &why), out)) {
        ArrowArrayStream part{};
        if (worked(pcapframe_source_partition_stream(source, parts - 1, &part, &why), out)) read_stream(part, out);
    }
    use_table(source, out);
    use_splits(source, out);
    use_outputs(source, out);
    use_flows(paths, out);
    out.warnings = pcapframe_source_warnings(source);
    pcapframe_source_close(source);
    ArrowArrayStream alone{};
    if (worked(pcapframe_open(path, options + 2, &alone, &why), out)) alone.release(&alone);
    return out;
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes, 0); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocate(bytes, static_cast<std::size_t>(alignment));
}
// Who asks so (std::stable_sort) goes on without memory, so this is not made to fail. A sanitizer's own would not go
// with the `delete` below.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return std::malloc(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const long step = std::atol(argv[2]);
    const outcome whole = use_everything(argv[1]);
    require(whole.rows > 0 && whole.warnings > 0, "rows and warnings where there is memory");
    for (const bool on : {false, true}) {
        goes_on_failing = on;
        long n = -1;
        do {
            // The first ones open things, in ways of their own; the later ones are much alike.
            constexpr long all_of_the_first = 400;
            n += n < all_of_the_first ? 1 : step;
            allocations_left = n;
            refused = 0;
            const outcome cut = use_everything(argv[1]);
            allocations_left = -1;
            require((refused != 0) == (cut.failures != 0), "a want of memory is told");
            require(cut.rows <= whole.rows, "no rows that are not there");
            if (refused == 0)
                require(cut.rows == whole.rows && cut.warnings == whole.warnings, "all rows and warnings");
        } while (refused != 0);
        std::printf("%ld allocations\n", n);
    }
    return 0;
}
