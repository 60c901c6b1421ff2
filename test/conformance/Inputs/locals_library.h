// What the libraries of the thread_local_library tests and their users share.
#ifndef LOCALS_LIBRARY_H
#define LOCALS_LIBRARY_H

#ifdef __cplusplus
extern "C" {
#endif
// Defined in the library.
extern __thread int LibraryInt;
extern __thread char LibraryText[16];
extern __thread int Overridden; // The program has one, too; that one counts.
extern __thread int WeakThere __attribute__((weak));
int *libraryInt(void);
char *libraryText(void);
int *libraryOverridden(void);
/// The sum of the library's variables of all other kinds, each of which it
/// increments.
int librarySum(void);
int libraryAligned(void);
/// Reads a byte and adds it to a thread_local before and after.
int libraryRead(int Fd);
int *libraryPrograms(void);

// Defined in the program.
extern __thread int ProgramInt;
#ifdef __cplusplus
}
#endif

#endif
