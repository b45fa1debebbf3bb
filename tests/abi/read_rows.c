/* Reads captures through the C interface and prints what it says: read_rows PATH [NAME VALUE]... */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arrow.h"
#include "pcapframe.h"

static struct pcapframe_error why;

/* What a function that may fail has returned, told where that is an error. */
static int worked(const char* what, int kind) {
    if (kind == 0) return 1;
    printf("%s: %s\n", what, why.message);
    if (kind != why.kind) printf("another kind of error than was returned\n");
    return 0;
}

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
    if (status == ECANCELED) printf("cancelled\n");
    if (stream->get_last_error(stream) != NULL) printf("at the end: %s\n", stream->get_last_error(stream));
    stream->release(stream);
    return status == 0 ? rows : -1;
}

static int read_whole(const char* path, const char* const* options) {
    struct ArrowArrayStream stream;
    if (!worked("pcapframe_open", pcapframe_open(path, options, &stream, &why))) return 1;
    printf("%lld rows\n", rows_of(&stream));
    return 0;
}

static void print_warnings(struct pcapframe_source* source) {
    static const char* const kinds[] = {"warning", "note", "option"};
    struct pcapframe_warning one;
    size_t i;
    for (i = 0; pcapframe_source_warning(source, i, &one) != 0; ++i) {
        printf("%s: %s", kinds[one.kind], one.message);
        if (one.offset != PCAPFRAME_NO_OFFSET) printf(" [%s at %llu]", one.file, (unsigned long long)one.offset);
        printf("\n");
    }
    if (i != pcapframe_source_warnings(source)) printf("another number of warnings\n");
}

static void read_parts(struct pcapframe_source* source) {
    struct ArrowArrayStream stream;
    size_t parts = 0;
    size_t i;
    worked("partitions", pcapframe_source_partitions(source, &parts, &why));
    for (i = 0; i <= parts; ++i) {
        if (pcapframe_source_partition_stream(source, i, &stream, &why) == 0)
            printf("part %lu: %lld rows\n", (unsigned long)i, rows_of(&stream));
        else
            printf("part %lu: %s\n", (unsigned long)i, why.message);
    }
}

/* Each line of a plan, read as a source of its own. */
static void read_splits(struct pcapframe_source* source) {
    char* lines;
    char* line;
    if (!worked("plan", pcapframe_source_plan(source, 5000, &lines, &why))) return;
    for (line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct pcapframe_source* split;
        struct ArrowArrayStream stream;
        if (!worked("split", pcapframe_split_open(line, &split, &why))) continue;
        if (worked("split stream", pcapframe_source_stream(split, &stream, &why)))
            printf("split: %lld rows\n", rows_of(&stream));
        pcapframe_source_close(split);
    }
    pcapframe_free(lines);
}

/* A table is handed out twice, and outlives its source's stream; its streams outlive it. */
static void keep_rows(struct pcapframe_source* source) {
    struct ArrowArrayStream stream;
    struct ArrowArrayStream again[2];
    struct pcapframe_table* table;
    if (!worked("stream", pcapframe_source_stream(source, &stream, &why))) return;
    if (worked("table", pcapframe_table_read(&stream, 0, &table, &why))) {
        printf("a table of %llu rows in %lu arrays\n", (unsigned long long)pcapframe_table_rows(table),
               (unsigned long)pcapframe_table_arrays(table));
        worked("table stream", pcapframe_table_stream(table, &again[0], &why));
        worked("table stream", pcapframe_table_stream(table, &again[1], &why));
        pcapframe_table_close(table);
        printf("%lld rows of the table\n", rows_of(&again[0]));
        printf("%lld rows of the table\n", rows_of(&again[1]));
    }
    stream.release(&stream);
}

static void count_warning(void* context, const struct pcapframe_warning* warning) {
    ++*(int*)context;
    if (strlen(warning->message) == 0) printf("a warning without words\n");
}

/* Other rows from the middle of a stream on, and its end from outside. */
static void change_and_cancel(struct pcapframe_source* source) {
    struct ArrowArrayStream stream;
    struct ArrowArray array;
    int told = 0;
    if (!worked("listen", pcapframe_source_on_warning(source, count_warning, &told, &why))) return;
    if (!worked("stream", pcapframe_source_stream(source, &stream, &why))) return;
    if (stream.get_next(&stream, &array) == 0 && array.release != NULL) {
        printf("first %lld rows\n", (long long)array.length);
        array.release(&array);
    }
    worked("filter", pcapframe_source_set_filter(source, NULL, "icmp6", &why));
    printf("%lld rows of icmp6\n", rows_of(&stream));
    worked("filter", pcapframe_source_set_filter(source, "tpc", NULL, &why));
    worked("filter", pcapframe_source_set_filter(source, "", "", &why));
    printf("%d warnings told\n", told);
    worked("listen", pcapframe_source_on_warning(source, NULL, NULL, &why));
    if (!worked("stream", pcapframe_source_stream(source, &stream, &why))) return;
    pcapframe_source_cancel(source);
    printf("%lld rows after cancelling\n", rows_of(&stream));
}

static void count_flows(const char* const* paths) {
    static const char* const options[] = {"columns", "packets", "where", "packets>1", "idle_timeout", "60", NULL};
    static const char* const wrong[] = {"columns", "pckets", NULL};
    struct pcapframe_source* flows;
    struct ArrowArrayStream stream;
    worked("flows", pcapframe_flows_open(paths, wrong, &flows, &why));
    if (!worked("flows", pcapframe_flows_open(paths, options, &flows, &why))) return;
    if (worked("flow stream", pcapframe_source_stream(flows, &stream, &why)))
        printf("%lld flows of more than a packet\n", rows_of(&stream));
    worked("flows", pcapframe_source_export(flows, "/nowhere/x.csv", NULL, NULL, &why));
    pcapframe_source_close(flows);
    printf("%s, %s\n", pcapframe_column_at(0)->name, pcapframe_flow_column_at(0)->name);
}

static void print_outputs(struct pcapframe_source* source) {
    static const char* const json[] = {"kind", "hosts", "format", "json", NULL};
    static const char* const bad[] = {"kind", "hsots", NULL};
    struct ArrowSchema schema;
    int64_t count = 0;
    char* text;
    if (worked("schema", pcapframe_source_schema(source, &schema, &why))) {
        printf("schema: %lld columns\n", (long long)schema.n_children);
        schema.release(&schema);
    }
    if (worked("count", pcapframe_source_count(source, &count, &why))) printf("counted: %lld\n", (long long)count);
    if (worked("plot", pcapframe_source_plot(source, json, &text, &why))) {
        printf("plot: %s\n", strstr(text, "\"hosts\"") != NULL ? "has hosts" : "lacks hosts");
        pcapframe_free(text);
    }
    worked("plot", pcapframe_source_plot(source, bad, &text, &why));
    if (worked("yaml", pcapframe_source_yaml(source, "mine", &text, &why))) {
        printf("yaml: %s\n", strstr(text, "driver: pcap") != NULL ? "has its driver" : text);
        pcapframe_free(text);
    }
    worked("export", pcapframe_source_export(source, "/nowhere/rows.parquet", NULL, NULL, &why));
}

int main(int argc, char** argv) {
    const char* const* options = (const char* const*)(argv + 2);
    const char* paths[2];
    struct pcapframe_source* source;
    struct ArrowArrayStream stream;
    int failed;
    if (argc < 2) return 2;
    failed = read_whole(argv[1], options);
    paths[0] = argv[1];
    paths[1] = NULL;
    if (!worked("pcapframe_source_open", pcapframe_source_open(paths, options, &source, &why))) return 1;
    print_outputs(source);
    count_flows(paths);
    read_parts(source);
    read_splits(source);
    keep_rows(source);
    print_warnings(source);
    change_and_cancel(source);
    /* A stream outlives its source. */
    failed = pcapframe_source_stream(source, &stream, &why) != 0 || failed;
    pcapframe_source_close(source);
    rows_of(&stream);
    pcapframe_source_close(NULL);
    pcapframe_table_close(NULL);
    pcapframe_free(NULL);
    return failed;
}
