// RUN: %plain_clang %S/Inputs/echo_client.c -o %t.client
// RUN: %clang %s -o %t && %t.client idle 500 2 5 %native %t 500
// RUN: %open_co_clang %s -o %t.oc && %t.client idle 10000 10 5 %run %t.oc 10000
// Intent: ten thousand idle connections cost no wake-up, seen from outside.
#include "Inputs/echo_server.c"
