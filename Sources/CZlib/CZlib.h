// zlib, a library of the system. The header is here so that the module needs no path of the machine's.
#pragma once
#include <zlib.h>
