/* Reads captures through the C interface and prints what it says: read_rows PATH [NAME VALUE]... */

#include <stdio.h>

#include "arrow.h"
#include "pcapframe.h"

enum { why_bytes = 400 };

/* The rows of a stream, which is released; -1 where it fails. */
static long long rows_of(struct ArrowArrayStream* stream) {
    long long rows = 0;
    struct ArrowSchema schema;
    int status = stream->get_schema(stream, &schema);
    if (status == 0) {
        printf("%lld columns, the first is %s\n", (long long)schema.n_children, schema.children[0]->name);
        schema.release(&schema);
    }
    while (status == 0) {
        struct ArrowArray array;
        status = stream->get_next(stream, &array);
        if (status != 0 || array.release == NULL) break;
        rows += array.length;
        array.release(&array);
    }
    if (stream->get_last_error(stream) != NULL) printf("at the end: %s\n", stream->get_last_error(stream));
    stream->release(stream);
    return status == 0 ? rows : -1;
}

static int read_whole(const char* path, const char* const* options) {
    char why[why_bytes];
    struct ArrowArrayStream stream;
    if (pcapframe_open(path, options, &stream, why, sizeof why) != 0) {
        printf("pcapframe_open: %s\n", why);
        return 1;
    }
    printf("%lld rows\n", rows_of(&stream));
    return 0;
}

static int read_parts(const char* path, const char* const* options) {
    char why[why_bytes];
    struct pcapframe_source* source;
    struct ArrowArrayStream stream;
    size_t parts = 0;
    size_t i;
    if (pcapframe_source_open(path, options, &source, why, sizeof why) != 0) {
        printf("pcapframe_source_open: %s\n", why);
        return 1;
    }
    if (pcapframe_source_partitions(source, &parts, why, sizeof why) != 0) printf("partitions: %s\n", why);
    for (i = 0; i <= parts; ++i) {
        if (pcapframe_source_partition_stream(source, i, &stream, why, sizeof why) == 0)
            printf("part %lu: %lld rows\n", (unsigned long)i, rows_of(&stream));
        else
            printf("part %lu: %s\n", (unsigned long)i, why);
    }
    for (i = 0; i < pcapframe_source_warnings(source); ++i)
        printf("warning: %s\n", pcapframe_source_warning(source, i));
    if (pcapframe_source_warning(source, i) != NULL) printf("a warning too many\n");
    /* A stream outlives its source. */
    if (pcapframe_source_stream(source, &stream, why, sizeof why) != 0) return 1;
    pcapframe_source_close(source);
    printf("%lld rows after the source was closed\n", rows_of(&stream));
    pcapframe_source_close(NULL);
    return 0;
}

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const char* const* options = (const char* const*)(argv + 2);
    const int failed = read_whole(argv[1], options);
    return read_parts(argv[1], options) != 0 || failed;
}
