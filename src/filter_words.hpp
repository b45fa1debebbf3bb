// The filter of a command, from all places that it may be said in: --filter, the words behind the files, a file (-F),
// and a direction (-Q).
#pragma once

#include <cstddef>
#include <string>

#include "args.hpp"

/// How operands are told from the words of a filter.
enum class operand_kind : unsigned char {
    none,   ///< no operand is a word of a filter
    files,  ///< files, then words of a filter; words alone where the packets come from elsewhere (-r, -i)
    keys,   ///< the same behind a first word that names columns
    dump,   ///< PATH (or -w), INTERFACE (or -i), a number of packets (or -c), then words of a filter
};

/// Puts the whole filter into --filter, and the file of -r among the operands. What is wrong, in a sentence, or empty.
std::string settle_filter(arguments& given, operand_kind kind);

/// How many operands of `dump` are no words of a filter.
std::size_t dump_operands(const arguments& given);
