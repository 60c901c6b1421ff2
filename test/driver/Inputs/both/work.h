#ifndef WORK_H
#define WORK_H

#ifdef __cplusplus
extern "C"
#endif
    int
    work(int Threads);

#endif
