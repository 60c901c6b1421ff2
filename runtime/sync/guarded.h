/* guarded.h - a call that user code may leave by an exception. */
#ifndef OPEN_CO_SYNC_GUARDED_H
#define OPEN_CO_SYNC_GUARDED_H

#ifdef __cplusplus
extern "C" {
#endif

/* Calls Function(FunctionArg); if it does not return but is unwound, by an
 * exception or pthread_exit, calls Undo(UndoArg) on the way. */
void __oc_call_guarded(void (*Function)(void *), void *FunctionArg,
                       void (*Undo)(void *), void *UndoArg)
    __attribute__((visibility("hidden")));

#ifdef __cplusplus
}
#endif

#endif
