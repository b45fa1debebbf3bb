/* The C interface of pcapframe: captures as Arrow streams, for every language that can call C. The structs are those of
 * the Arrow C data and C stream interfaces (https://arrow.apache.org/docs/format/CStreamInterface.html), which the
 * caller has, or whose memory it need not look into. */
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

/* The version of the library, such as "0.2.0". */
PCAPFRAME_API const char* pcapframe_version(void);

/* Opens a capture file, a pattern, or "-" for standard input, and fills `stream`, whose rows are read as they are asked
 * for. The caller owns the stream and releases it by its own callback.
 *
 * `options` are names and values, one after the other, with a null at the end; the pointer may be null, too:
 * {"protocol", "udp", "payload", "true", NULL}. They are those of catalogs (protocol, payload, columns, all_frames,
 * merge, limit, chunksize), and `hosts`: "text" (a dictionary of texts, if not given) or "binary" (16 bytes each, IPv4
 * as ::ffff:a.b.c.d).
 *
 * Returns 0; or 1, with a sentence in `why` (which may be null) cut to `why_bytes` with its zero, and an untouched
 * stream. Different streams may be used by different threads at the same time. */
PCAPFRAME_API int pcapframe_open(const char* path, const char* const* options, struct ArrowArrayStream* stream,
                                 char* why, size_t why_bytes);

#ifdef __cplusplus
}
#endif

#endif
