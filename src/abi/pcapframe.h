/* The C interface of pcapframe: captures and interfaces as Arrow streams, for every language that can call C. The
 * structs are those of the Arrow C data and C stream interfaces
 * (https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html), which the caller has, or whose
 * memory it need not look into.
 *
 * Errors: functions that may fail return 0; or a kind of error, which `why` (it may be null) then says all about, with
 * everything else untouched. Nothing is thrown, and a want of memory is an error like any other: streams fail with
 * ENOMEM then.
 *
 * Texts are UTF-8 with a zero at the end; file names are the system's bytes. What a function gives is valid as long as
 * its object, if nothing else is said.
 *
 * Threads: different sources, streams, tables and arrays may be used by different threads at the same time. Of one
 * source, pcapframe_source_cancel, _set_filter, _warnings, _warning and _counters may be called by any thread at any
 * time before it is closed, also while its streams are read; its other functions by one thread at a time. One stream is
 * for one thread at a time, whichever. Arrays may be released by any thread at any time. No function holds a lock while
 * it calls the caller's code.
 *
 * Options are names and values, one after the other, with a null at the end; the pointer may be null, too:
 * {"protocol", "udp", "payload", "true", NULL}. They are those of pcapframe_option_at, in their text form: flags are
 * true or false, columns have commas between them. */
#ifndef PCAPFRAME_H
#define PCAPFRAME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) || !defined(__GNUC__)
#define PCAPFRAME_API
#else
#define PCAPFRAME_API __attribute__((visibility("default")))
#endif

struct ArrowArray;
struct ArrowArrayStream;
struct ArrowSchema;
struct pcapframe_source;
struct pcapframe_table;

/* The version of the library, such as "0.2.0". */
PCAPFRAME_API const char* pcapframe_version(void);

/* Errors and warnings. */

enum pcapframe_error_kind {
    PCAPFRAME_BAD_REQUEST = 1, /* a name, value or expression that is none, or something that the source cannot do */
    PCAPFRAME_BAD_INPUT = 2,   /* a file that is no capture, or has changed in between */
    PCAPFRAME_SYSTEM = 3,      /* the operating system refused: `system` says why */
    PCAPFRAME_NO_MEMORY = 4,
    PCAPFRAME_CANCELLED = 5
};

/* Where there is no place in a file. */
#define PCAPFRAME_NO_OFFSET UINT64_MAX

struct pcapframe_error {
    int kind;          /* what the function has returned */
    int system;        /* errno, or 0 */
    uint64_t offset;   /* byte offset in the file, or PCAPFRAME_NO_OFFSET */
    char file[128];    /* the end of its name where that is long; empty where the error is not about a file */
    char message[512]; /* one sentence with all of it, cut where it is longer */
};

enum pcapframe_warning_kind {
    PCAPFRAME_DAMAGE = 0, /* a file is damaged: its rows before the damage were given */
    PCAPFRAME_NOTE = 1,   /* nothing is damaged, but the rows may not be what was expected */
    PCAPFRAME_OPTION = 2  /* an option that was given says nothing here */
};

struct pcapframe_warning {
    int kind;
    uint64_t offset;     /* byte offset in the file, or PCAPFRAME_NO_OFFSET */
    const char* file;    /* the end of its name where that is long; empty where there is no file */
    const char* message; /* one sentence with all of it */
};

/* Lists. Each function gives the entry with a number counted from 0, or null behind the last one. */

struct pcapframe_option {
    const char* name;
    const char* kind;    /* of its value: protocol, filter, names, flag, rows, bytes, count, time, live or text */
    const char* meaning; /* in a few words */
    const char* applies; /* to "files", "interfaces", "both", or "flows" */
    const char* effect;  /* "packets", "order", "columns", "chunks", "speed" or "capture": what it changes */
};

struct pcapframe_column {
    const char* name;
    const char* type;   /* in the words of Arrow and pandas */
    const char* source; /* the headers that it comes from */
    const char* meaning;
    const char* unit;   /* or empty */
    int is_default;     /* whether rows have it where no columns are named */
};

PCAPFRAME_API const struct pcapframe_option* pcapframe_option_at(size_t i);
PCAPFRAME_API const struct pcapframe_column* pcapframe_column_at(size_t i);
PCAPFRAME_API const struct pcapframe_column* pcapframe_flow_column_at(size_t i);

/* Opens a capture file, a pattern, or "-" for standard input, and fills `stream`, whose rows are read as they are asked
 * for: pcapframe_source_open and pcapframe_source_stream in one. The caller owns the stream and releases it by its own
 * callback.
 *
 * A damaged file gives its rows before the damage. After the last array the stream's get_last_error has what was wrong,
 * a line for each file, or null; where a stream is given away, open a source, which has the same. */
PCAPFRAME_API int pcapframe_open(const char* path, const char* const* options, struct ArrowArrayStream* stream,
                                 struct pcapframe_error* why);

/* Sources. */

/* Opens the files of a list of paths and patterns with a null at the end, to be read any number of times (but standard
 * input once) and in parts; or, with the option `interface` and no path (null, or an empty list), a network interface.
 * The caller closes it.
 *
 *     const char* const paths[] = {"a.pcap", "day/x*.pcap", NULL};
 *     struct pcapframe_source* source;
 *     if (pcapframe_source_open(paths, NULL, &source, &why) != 0) { puts(why.message); return 1; }
 *     if (pcapframe_source_stream(source, &stream, &why) == 0) { ... read all arrays, then release ... }
 *     for (size_t i = 0; pcapframe_source_warning(source, i, &warning); ++i) puts(warning.message);
 *     pcapframe_source_close(source);
 */
PCAPFRAME_API int pcapframe_source_open(const char* const* paths, const char* const* options,
                                        struct pcapframe_source** source, struct pcapframe_error* why);

/* Opens a split of a file, by the line that pcapframe_source_plan or `pcapframe plan` has made of it, with the options
 * that the line has. Only _stream, _schema, _cancel and the warnings have a meaning for such a source. */
PCAPFRAME_API int pcapframe_split_open(const char* line, struct pcapframe_source** source, struct pcapframe_error* why);

/* Opens files to be read as flows, a row for each conversation. Options are those of files, which choose the packets,
 * and those that apply to "flows"; `columns` are those of pcapframe_flow_column_at. Only _stream, _schema, _cancel and
 * the warnings have a meaning for such a source. */
PCAPFRAME_API int pcapframe_flows_open(const char* const* paths, const char* const* options,
                                       struct pcapframe_source** source, struct pcapframe_error* why);

/* Takes a null, too. The source's streams stay as they are; an interface is given back with the last of them. */
PCAPFRAME_API void pcapframe_source_close(struct pcapframe_source* source);

/* The columns, without reading. The caller releases the schema. */
PCAPFRAME_API int pcapframe_source_schema(struct pcapframe_source* source, struct ArrowSchema* schema,
                                          struct pcapframe_error* why);

/* How many rows there are, where counting is cheap (captures of a few megabytes), else -1. */
PCAPFRAME_API int pcapframe_source_count(struct pcapframe_source* source, int64_t* rows, struct pcapframe_error* why);

/* The rows, as they are asked for. The stream may be read after the source is closed.
 *
 * Of files: all rows from the first on, in arrays of `chunksize` rows (65,536 where it is not given); as often as the
 * function is called. They are decoded as they are asked for, on the thread that asks; unless `threads` is 1, files
 * that are compressed are unpacked ahead by another. (_export, _export_dataset and _plot read large files by several.)
 *
 * Of an interface: the rows that come from here on, in arrays of `chunksize` rows (100); with `timeout`, an array has
 * the rows that have come by then, if any. The stream ends after `limit` rows, or after _cancel with what was captured
 * until then. All streams of an interface take from the same packets. */
PCAPFRAME_API int pcapframe_source_stream(struct pcapframe_source* source, struct ArrowArrayStream* stream,
                                          struct pcapframe_error* why);

/* How many parts the option `partition_bytes` cuts the files into, and the rows of one, counted from 0. Joined in order
 * they are all rows, but for a `limit`, which is that of each part. */
PCAPFRAME_API int pcapframe_source_partitions(struct pcapframe_source* source, size_t* count,
                                              struct pcapframe_error* why);
PCAPFRAME_API int pcapframe_source_partition_stream(struct pcapframe_source* source, size_t partition,
                                                    struct ArrowArrayStream* stream, struct pcapframe_error* why);

/* Cuts the files into splits of about `split_bytes` bytes, which any machine reads that has the files: a line each,
 * with newlines in between. The caller frees the text by pcapframe_free. */
PCAPFRAME_API int pcapframe_source_plan(struct pcapframe_source* source, uint64_t split_bytes, char** lines,
                                        struct pcapframe_error* why);

/* Only packets of this protocol that match this filter, in place of the options of those names, from the next array of
 * the source's streams on; a null or an empty text is all packets. On an interface it is the kernel's filter, and
 * packets that were captured before and not yet read are dropped. After an error nothing has changed. */
PCAPFRAME_API int pcapframe_source_set_filter(struct pcapframe_source* source, const char* protocol, const char* filter,
                                              struct pcapframe_error* why);

/* Ends the source's streams once and for all: those of files fail with ECANCELED, those of interfaces give what was
 * captured and end. It does not wait for that. */
PCAPFRAME_API void pcapframe_source_cancel(struct pcapframe_source* source);

/* What is wrong with the files, as far as the source's streams have read, and options that say nothing here: how many
 * warnings there are, and one of them; 0, and nothing is filled, where there are not so many. Its texts are valid until
 * the source is closed. */
PCAPFRAME_API size_t pcapframe_source_warnings(const struct pcapframe_source* source);
PCAPFRAME_API int pcapframe_source_warning(const struct pcapframe_source* source, size_t i,
                                           struct pcapframe_warning* warning);

/* Calls `told` for each warning that comes from here on, on the thread that reads a stream, also after the source is
 * closed. A null ends that. The warning is valid during the call, which must not throw. */
PCAPFRAME_API int pcapframe_source_on_warning(struct pcapframe_source* source,
                                              void (*told)(void* context, const struct pcapframe_warning* warning),
                                              void* context, struct pcapframe_error* why);

/* What the kernel has counted: packets that the filter took, those of them that were dropped for want of room, and
 * those that were handed over. All 0 for files. */
struct pcapframe_counters {
    uint64_t received;
    uint64_t dropped;
    uint64_t delivered;
};
PCAPFRAME_API void pcapframe_source_counters(struct pcapframe_source* source, struct pcapframe_counters* counters);

/* Outputs. */

/* Writes all rows, or the next chunk of an interface, to one file, which has its name once it is complete and on the
 * disk. The format is named ("parquet", "arrow", "csv", ...), or chosen by the path's extension where it is null or
 * empty. `rows`, which may be null, is how many rows were written. */
PCAPFRAME_API int pcapframe_source_export(struct pcapframe_source* source, const char* path, const char* format,
                                          uint64_t* rows, struct pcapframe_error* why);

/* Writes all rows as a folder of files, which is made, or must be empty. Options, all of them as text: `format`
 * (parquet), `partition_by` (date, hour or protocol), `rows_per_file`. */
PCAPFRAME_API int pcapframe_source_export_dataset(struct pcapframe_source* source, const char* folder,
                                                  const char* const* options, uint64_t* rows,
                                                  struct pcapframe_error* why);

/* Draws the traffic of all packets that are chosen, or of the next chunk of an interface. Options, all of them as text:
 * `kind` (overview; or timeline, hosts, ..., with commas in between), `format` (html; svg, json), `title`. The caller
 * frees the text by pcapframe_free. */
PCAPFRAME_API int pcapframe_source_plot(struct pcapframe_source* source, const char* const* options, char** text,
                                        struct pcapframe_error* why);

/* A catalog with one entry, which opens the same source again. The caller frees the text by pcapframe_free. */
PCAPFRAME_API int pcapframe_source_yaml(struct pcapframe_source* source, const char* name, char** text,
                                        struct pcapframe_error* why);

/* The same source, whose rows come from a copy in the cache, which is made where no copy is fresh: for `ttl_seconds`
 * (below 0: for ever), and as long as files and options are the same. `folder` is where the copy is to be; null or
 * empty for that of the user. The caller closes `copy`. */
PCAPFRAME_API int pcapframe_source_persist(struct pcapframe_source* source, const char* folder, int64_t ttl_seconds,
                                           struct pcapframe_source** copy, struct pcapframe_error* why);
/* The same where such a copy is there already, else a null. */
PCAPFRAME_API int pcapframe_source_persisted(struct pcapframe_source* source, const char* folder,
                                             struct pcapframe_source** copy, struct pcapframe_error* why);
/* The file that the rows come from where they come from a copy, else null. */
PCAPFRAME_API const char* pcapframe_source_copy_path(const struct pcapframe_source* source);

/* Tables: arrays that are kept, and handed out as often as wanted, without copying what is in them. */

/* Takes the next arrays of a stream that was made here, so many at most (0: all that are left). The stream stays the
 * caller's. The caller closes the table. */
PCAPFRAME_API int pcapframe_table_read(struct ArrowArrayStream* stream, size_t arrays, struct pcapframe_table** table,
                                       struct pcapframe_error* why);
PCAPFRAME_API size_t pcapframe_table_arrays(const struct pcapframe_table* table);
PCAPFRAME_API uint64_t pcapframe_table_rows(const struct pcapframe_table* table);
/* All arrays of the table. The stream may be read after the table is closed. */
PCAPFRAME_API int pcapframe_table_stream(const struct pcapframe_table* table, struct ArrowArrayStream* stream,
                                         struct pcapframe_error* why);
/* Takes a null, too. */
PCAPFRAME_API void pcapframe_table_close(struct pcapframe_table* table);

/* Frees a text that was given to the caller; takes a null, too. */
PCAPFRAME_API void pcapframe_free(char* text);

#ifdef __cplusplus
}
#endif

#endif
