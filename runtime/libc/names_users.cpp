// names_users.cpp - name service: users and groups. See names.cpp.
#include "libc/opaque_wrapper.h"

#include <grp.h>
#include <gshadow.h>
#include <pwd.h>
#include <shadow.h>

OC_OPAQUE(passwd *, getpwnam, (const char *Name), (Name))
OC_OPAQUE(int, getpwnam_r,
          (const char *Name, passwd *Entry, char *Buffer, size_t Size,
           passwd **Result),
          (Name, Entry, Buffer, Size, Result))
OC_OPAQUE(passwd *, getpwuid, (uid_t User), (User))
OC_OPAQUE(int, getpwuid_r,
          (uid_t User, passwd *Entry, char *Buffer, size_t Size,
           passwd **Result),
          (User, Entry, Buffer, Size, Result))
OC_OPAQUE(passwd *, getpwent, (), ())
OC_OPAQUE(int, getpwent_r,
          (passwd * Entry, char *Buffer, size_t Size, passwd **Result),
          (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setpwent, (), ())
OC_OPAQUE_VOID(endpwent, (), ())
OC_OPAQUE(group *, getgrnam, (const char *Name), (Name))
OC_OPAQUE(int, getgrnam_r,
          (const char *Name, group *Entry, char *Buffer, size_t Size,
           group **Result),
          (Name, Entry, Buffer, Size, Result))
OC_OPAQUE(group *, getgrgid, (gid_t Group), (Group))
OC_OPAQUE(int, getgrgid_r,
          (gid_t Group, group *Entry, char *Buffer, size_t Size,
           group **Result),
          (Group, Entry, Buffer, Size, Result))
OC_OPAQUE(group *, getgrent, (), ())
OC_OPAQUE(int, getgrent_r,
          (group * Entry, char *Buffer, size_t Size, group **Result),
          (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setgrent, (), ())
OC_OPAQUE_VOID(endgrent, (), ())
OC_OPAQUE(int, getgrouplist,
          (const char *User, gid_t Group, gid_t *Groups, int *Count),
          (User, Group, Groups, Count))
OC_OPAQUE(int, initgroups, (const char *User, gid_t Group), (User, Group))
OC_OPAQUE(spwd *, getspnam, (const char *Name), (Name))
OC_OPAQUE(int, getspnam_r,
          (const char *Name, spwd *Entry, char *Buffer, size_t Size,
           spwd **Result),
          (Name, Entry, Buffer, Size, Result))
OC_OPAQUE(spwd *, getspent, (), ())
OC_OPAQUE(int, getspent_r,
          (spwd * Entry, char *Buffer, size_t Size, spwd **Result),
          (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setspent, (), ())
OC_OPAQUE_VOID(endspent, (), ())
OC_OPAQUE(sgrp *, getsgnam, (const char *Name), (Name))
OC_OPAQUE(int, getsgnam_r,
          (const char *Name, sgrp *Entry, char *Buffer, size_t Size,
           sgrp **Result),
          (Name, Entry, Buffer, Size, Result))
OC_OPAQUE(sgrp *, getsgent, (), ())
OC_OPAQUE(int, getsgent_r,
          (sgrp * Entry, char *Buffer, size_t Size, sgrp **Result),
          (Entry, Buffer, Size, Result))
OC_OPAQUE_VOID(setsgent, (), ())
OC_OPAQUE_VOID(endsgent, (), ())
