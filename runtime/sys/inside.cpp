// inside.cpp - the storage.
#include "sys/inside.h"

extern "C" {
__thread oc::Inside __oc_inside;
}

namespace oc {
void (*DeliverRecorded)();
}
