// The compiler of filters, and what runs them.
#include "../cmd_filter.cpp"
#include "../expressions.cpp"
