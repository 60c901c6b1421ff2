// debugger.cpp - where the gdb script (libopen-co-gdb.py) finds what it shows:
// also in a core, and without debug information.
#include "thread/debugger.h"
#include "sched/os_threads.h"
#include "sched/wait_queue.h"
#include "thread/thread_block.h"

// Blocks are not of standard layout; these compilers lay them out all the same.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

#define FIELD(Name, Type, Field) {Name, nullptr, offsetof(Type, Field)}

const oc::DebuggerFact __oc_debugger[] = {
    {"threads", &oc::LiveThreads, 0},
    FIELD("next", oc::ThreadBlock, NextLive),
    FIELD("number", oc::ThreadBlock, Number),
    FIELD("name", oc::ThreadBlock, Name),
    FIELD("start", oc::ThreadBlock, Start),
    FIELD("state", oc::ThreadBlock, State),
    FIELD("context", oc::ThreadBlock, Context),
    FIELD("low", oc::ThreadBlock, Memory.Low),
    FIELD("size", oc::ThreadBlock, Memory.Size),
    FIELD("stack_top", oc::ThreadBlock, StackTop),
    FIELD("stack_size", oc::ThreadBlock, StackSize),
    FIELD("origins", oc::ThreadBlock, FirstOrigins),
    FIELD("more_origins", oc::ThreadBlock, MoreOrigins),
    FIELD("in_more_origins", oc::OriginsBlock, Origins),

    {"images", oc::Images, 0},
    {"images_end", &oc::ImagesEnd, 0},
    {"image_size", nullptr, sizeof(oc::Image)},
    FIELD("image_start", oc::Image, Start),
    FIELD("image_stop", oc::Image, Stop),

    {"native_threads", &oc::AllForeign, 0},
    FIELD("native_next", oc::OsThread, NextForeign),
    FIELD("native_id", oc::OsThread, Tid),
    FIELD("native_coroutine", oc::OsThread, Current),
    {nullptr, nullptr, 0},
};
