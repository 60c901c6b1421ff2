// Built without the plugin: a library that computes in parallel, and calls
// back.

/// Calls \p Fn in each member of a team.
void inTeam(int Members, void (*Fn)(void *), void *Arg) {
#pragma omp parallel num_threads(Members)
  Fn(Arg);
}

/// Calls \p Fn for 0 to \p N - 1, in any member.
long sumInTeam(int Members, int N, long (*Fn)(int, void *), void *Arg) {
  long Sum = 0;
#pragma omp parallel for num_threads(Members) schedule(dynamic)                \
    reduction(+ : Sum)
  for (int I = 0; I < N; ++I)
    Sum += Fn(I, Arg);
  return Sum;
}

/// Calls \p Fn in \p N tasks, then once more when all are done.
void inTasks(int Members, int N, void (*Fn)(void *), void *Arg) {
#pragma omp parallel num_threads(Members)
#pragma omp single
  {
    for (int I = 0; I < N; ++I) {
#pragma omp task
      Fn(Arg);
    }
#pragma omp taskwait
    Fn(Arg);
  }
}
