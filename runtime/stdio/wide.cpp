// wide.cpp - streams of wide characters. They have buffers of their own beside
// those of bytes, and a state of conversion: libc's functions wait there with
// their OS thread, unless the stream is a file on a disk.
#include "libc/wrapper.h"
#include "stdio/native.h"

#include <cstdarg>
#include <cwchar>

using namespace oc;

#define OC_WIDE(Result, Name, Parameters, Stream, Arguments)                   \
  OC_WRAPPER Result __oc_##Name Parameters {                                   \
    return nativeOutput(*(Stream), [&] { return Name Arguments; });            \
  }
#define OC_WIDE_FORMAT(Name, VName, Parameters, Stream, Arguments)             \
  OC_WRAPPER int __oc_##Name Parameters {                                      \
    va_list Args;                                                              \
    va_start(Args, Format);                                                    \
    int Result = nativeOutput(*(Stream), [&] { return VName Arguments; });     \
    va_end(Args);                                                              \
    return Result;                                                             \
  }

OC_WIDE(wint_t, fgetwc, (FILE * F), F, (F))
OC_WIDE(wint_t, getwc, (FILE * F), F, (F))
OC_WIDE(wint_t, getwchar, (), stdin, ())
OC_WIDE(wchar_t *, fgetws, (wchar_t * Buf, int Size, FILE *F), F,
        (Buf, Size, F))
OC_WIDE(wint_t, fputwc, (wchar_t C, FILE *F), F, (C, F))
OC_WIDE(wint_t, putwc, (wchar_t C, FILE *F), F, (C, F))
OC_WIDE(wint_t, putwchar, (wchar_t C), stdout, (C))
OC_WIDE(int, fputws, (const wchar_t *Text, FILE *F), F, (Text, F))

OC_WIDE(wint_t, fgetwc_unlocked, (FILE * F), F, (F))
OC_WIDE(wint_t, getwc_unlocked, (FILE * F), F, (F))
OC_WIDE(wint_t, getwchar_unlocked, (), stdin, ())
OC_WIDE(wchar_t *, fgetws_unlocked, (wchar_t * Buf, int Size, FILE *F), F,
        (Buf, Size, F))
OC_WIDE(wint_t, fputwc_unlocked, (wchar_t C, FILE *F), F, (C, F))
OC_WIDE(wint_t, putwc_unlocked, (wchar_t C, FILE *F), F, (C, F))
OC_WIDE(wint_t, putwchar_unlocked, (wchar_t C), stdout, (C))
OC_WIDE(int, fputws_unlocked, (const wchar_t *Text, FILE *F), F, (Text, F))

OC_WIDE(int, vfwprintf, (FILE * F, const wchar_t *Format, va_list Args), F,
        (F, Format, Args))
OC_WIDE(int, vwprintf, (const wchar_t *Format, va_list Args), stdout,
        (Format, Args))
OC_WIDE_FORMAT(fwprintf, vfwprintf, (FILE * F, const wchar_t *Format, ...), F,
               (F, Format, Args))
OC_WIDE_FORMAT(wprintf, vwprintf, (const wchar_t *Format, ...), stdout,
               (Format, Args))
