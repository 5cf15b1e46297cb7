// zlib, of which recordings are unpacked that were packed with deflate.
#include <zlib.h>
