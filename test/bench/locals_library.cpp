#include "locals.h"

LOCALS(library)
thread_local long libraryExtern = 1;
