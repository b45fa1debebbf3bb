// Rows for other tools: Arrow (C interface, IPC), Parquet, datasets, persisted copies. Beside pcapframe.hpp, which
// would take longer to compile with these.
#pragma once

#include <pcapframe/base/version.hpp>
#include <pcapframe/export/all_formats.hpp>
#include <pcapframe/export/arrow_copies.hpp>
#include <pcapframe/export/arrow_export.hpp>
#include <pcapframe/export/whole_file.hpp>
#include <pcapframe/source/source.hpp>
#include <pcapframe/source/split.hpp>
#include <pcapframe/dataset/arrow_stream.hpp>
#include <pcapframe/dataset/dataset.hpp>
#include <pcapframe/dataset/persist.hpp>
