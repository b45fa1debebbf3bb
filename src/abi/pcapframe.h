/* The C interface of pcapframe: captures as Arrow streams, for every language that can call C. The structs are those of
 * the Arrow C data and C stream interfaces (https://arrow.apache.org/docs/format/CStreamInterface.html), which the
 * caller has, or whose memory it need not look into.
 *
 * Functions that may fail return 0; or 1, with a sentence in `why` (which may be null) cut to `why_bytes` with its
 * zero, and everything else untouched. Nothing is thrown, and a want of memory is an error like any other: streams fail
 * with ENOMEM then. Different sources and streams may be used by different threads at the same time. */
#ifndef PCAPFRAME_H
#define PCAPFRAME_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) || !defined(__GNUC__)
#define PCAPFRAME_API
#else
#define PCAPFRAME_API __attribute__((visibility("default")))
#endif

struct ArrowArrayStream;
struct pcapframe_source;

/* The version of the library, such as "0.2.0". */
PCAPFRAME_API const char* pcapframe_version(void);

/* Opens a capture file, a pattern, or "-" for standard input, and fills `stream`, whose rows are read as they are asked
 * for. The caller owns the stream and releases it by its own callback.
 *
 * `options` are names and values, one after the other, with a null at the end; the pointer may be null, too:
 * {"protocol", "udp", "payload", "true", NULL}. They are those of reading in catalogs, in their text form (flags are
 * true or false, columns have commas between them), but `partition_bytes`, which takes a source; and `hosts`: "text" (a
 * dictionary of texts, if not given) or "binary" (16 bytes each, IPv4 as ::ffff:a.b.c.d). Options of interfaces
 * (timeout, snaplen, ...) are checked and say nothing of files; `interface` is refused.
 *
 * A damaged file gives its rows before the damage. After the last array the stream's get_last_error has what was wrong,
 * a line for each file, or null; where a stream is given away, open a source, which has the same. */
PCAPFRAME_API int pcapframe_open(const char* path, const char* const* options, struct ArrowArrayStream* stream,
                                 char* why, size_t why_bytes);

/* Opens the same, to be read any number of times (but standard input once) and in parts. The caller closes it.
 *
 *     struct pcapframe_source* source;
 *     if (pcapframe_source_open("x.pcap", NULL, &source, why, sizeof why)) { puts(why); return 1; }
 *     if (pcapframe_source_stream(source, &stream, why, sizeof why) == 0) { ... read all arrays, then release ... }
 *     for (size_t i = 0; i < pcapframe_source_warnings(source); ++i) puts(pcapframe_source_warning(source, i));
 *     pcapframe_source_close(source);
 */
PCAPFRAME_API int pcapframe_source_open(const char* path, const char* const* options, struct pcapframe_source** source,
                                        char* why, size_t why_bytes);

/* All rows from the first on. The stream may be read after the source is closed. */
PCAPFRAME_API int pcapframe_source_stream(struct pcapframe_source* source, struct ArrowArrayStream* stream, char* why,
                                          size_t why_bytes);

/* How many parts the option `partition_bytes` cuts the files into, and the rows of one, counted from 0. Joined in order
 * they are all rows, but for a `limit`, which is that of each part. */
PCAPFRAME_API int pcapframe_source_partitions(struct pcapframe_source* source, size_t* count, char* why,
                                              size_t why_bytes);
PCAPFRAME_API int pcapframe_source_partition_stream(struct pcapframe_source* source, size_t partition,
                                                    struct ArrowArrayStream* stream, char* why, size_t why_bytes);

/* What is wrong with the files, as far as the source's streams have read, and options that say nothing of files: how
 * many sentences there are, and one of them (null where there are not so many), valid until the source is closed. */
PCAPFRAME_API size_t pcapframe_source_warnings(const struct pcapframe_source* source);
PCAPFRAME_API const char* pcapframe_source_warning(const struct pcapframe_source* source, size_t i);

/* Takes a null, too. */
PCAPFRAME_API void pcapframe_source_close(struct pcapframe_source* source);

#ifdef __cplusplus
}
#endif

#endif
