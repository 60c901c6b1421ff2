// REQUIRES: libcxx
// RUN: %clangxx -stdlib=libc++ -fexperimental-library -std=c++20 %S/cxx20_sync.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library -std=c++20 %S/cxx20_sync.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/exception_ptr.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/exception_ptr.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/exceptions.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/exceptions.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/local_static.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/local_static.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/shared_mutex.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/shared_mutex.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/std_call_once.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/std_call_once.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/std_future.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/std_future.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library -std=c++20 %S/std_stop_token.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library -std=c++20 %S/std_stop_token.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/std_thread.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/std_thread.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/terminate.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/terminate.cpp -o %t.oc && %run %t.oc
// RUN: %clangxx -stdlib=libc++ -fexperimental-library %S/thread_local_objects.cpp -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -fexperimental-library %S/thread_local_objects.cpp -o %t.oc && %run %t.oc
// Intent: C++'s threads, locks, futures and exceptions with libc++: the same
// programs as with libstdc++.
