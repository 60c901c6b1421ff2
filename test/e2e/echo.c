// RUN: %plain_clang %S/Inputs/echo_client.c -o %t.client
// RUN: %clang %s -o %t && %t.client echo 200 20 %native %t 200
// RUN: %open_co_clang %s -o %t.oc && %t.client echo 1000 20 %run %t.oc 1000
// Intent: a thread-per-connection server echoes on a thousand connections at
// once, every byte right.
#include "Inputs/echo_server.c"
