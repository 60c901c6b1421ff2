// users.c - operations that ask the databases of users, groups and mail
// aliases. What functions without a buffer of the caller's return belongs to
// the process: only where there is one lane.
#include "../run.h"

#include <aliases.h>
#include <grp.h>
#include <gshadow.h>
#include <pwd.h>
#include <shadow.h>

#include "../entries.h"

extern int __getlogin_r_chk(char *Name, size_t Size, size_t Room);

static const char *const Names[] = {"root", "no such name", "daemon", ""};
static const unsigned Ids[] = {0, 3999999999u, 1, 12345};

OP(users, "entry room") {
  const char *Name = Names[A[0]];
  unsigned Id = Ids[A[0]];
  if (alone()) {
    FOUND(pw_dir, getpwnam, Name);
    FOUND(pw_name, getpwuid, Id);
  }
  FOUND_R(passwd, pw_dir, getpwnam_r, A[1], Name);
  FOUND_R(passwd, pw_name, getpwuid_r, A[1], Id);
}

OP(groups, "entry room") {
  const char *Name = Names[A[0]];
  unsigned Id = Ids[A[0]];
  if (alone()) {
    FOUND(gr_passwd, getgrnam, Name);
    FOUND(gr_name, getgrgid, Id);
  }
  FOUND_R(group, gr_passwd, getgrnam_r, A[1], Name);
  FOUND_R(group, gr_name, getgrgid_r, A[1], Id);
  gid_t Groups[16] = {0};
  int Count = A[1] > 16 ? 16 : 0;
  RESULT(getgrouplist, Name, 12345, Groups, &Count);
  say(R, " %d %u %u", Count, Groups[0], Groups[1]);
}

/// Who may read these is another question; both get the same answer.
OP(shadows, "entry room") {
  const char *Name = Names[A[0]];
  if (alone()) {
    FOUND(sp_namp, getspnam, Name);
    FOUND(sg_namp, getsgnam, Name);
    FOUND(alias_name, getaliasbyname, Name);
  }
  FOUND_R(spwd, sp_namp, getspnam_r, A[1], Name);
  FOUND_R(sgrp, sg_namp, getsgnam_r, A[1], Name);
  FOUND_R(aliasent, alias_name, getaliasbyname_r, A[1], Name);
}

/// From the first to the last, and again with a buffer.
OP(all_users, "") {
  if (!alone())
    return;
  ALL_ENTRIES(passwd, pw_name, pwent, );
  ALL_ENTRIES(group, gr_name, grent, );
  ALL_ENTRIES(spwd, sp_namp, spent, );
  ALL_ENTRIES(sgrp, sg_namp, sgent, );
  ALL_ENTRIES(aliasent, alias_name, aliasent, );
}

/// Groups of the process; and who has logged in, which there is a terminal for.
OP(login, "entry room") {
  char Name[64];
  size_t Size = A[1] < (long)sizeof Name ? (size_t)A[1] : sizeof Name;
  STATUS(getlogin_r, Name, Size);
  STATUS(__getlogin_r_chk, Name, Size, sizeof Name);
  if (!alone())
    return;
  char *Login = CALL(getlogin);
  int Error = errno;
  say(R, " %s %s", Login ? Login : "nobody", errorName(Error));
  RESULT(initgroups, Names[A[0]], 0);
}
