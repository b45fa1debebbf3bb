// Catalogs, which are read once for a command: built for a short build rather than for speed.
#include "../cmd_catalog.cpp"
