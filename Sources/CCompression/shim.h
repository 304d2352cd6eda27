#ifndef CROSSWATCH_CCOMPRESSION_SHIM_H
#define CROSSWATCH_CCOMPRESSION_SHIM_H
#include <zlib.h>
#include <zstd.h>
#endif
