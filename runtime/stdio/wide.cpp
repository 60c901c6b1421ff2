// wide.cpp - streams of wide characters. They have buffers of their own beside
// those of bytes, and a state of conversion: libc's functions wait there with
// their OS thread, unless the stream is a file on a disk. They are cancellation
// points as those of bytes.
#include "libc/wrapper.h"
#include "stdio/native.h"
#include "stdio/stream_lock.h"

#include <cstdarg>
#include <cwchar>

// glibc's: its three scanfs (formatted.cpp), and those of _FORTIFY_SOURCE.
extern "C" {
using WideScan = int(FILE *, const wchar_t *, va_list);
WideScan scanWideGnu asm("vfwscanf");
WideScan scanWideC99 asm("__isoc99_vfwscanf");
WideScan scanWideC23 asm("__isoc23_vfwscanf") __attribute__((weak));
wchar_t *__fgetws_chk(wchar_t *, size_t, int, FILE *);
wchar_t *__fgetws_unlocked_chk(wchar_t *, size_t, int, FILE *);
int __vfwprintf_chk(FILE *, int, const wchar_t *, va_list);
int __vwprintf_chk(int, const wchar_t *, va_list);
}

namespace oc {
namespace {

template <typename Callable> auto onWide(FILE &F, Callable Op) {
  return onStream(F, [&] { return nativeOutput(F, Op); });
}

} // namespace
} // namespace oc

using namespace oc;

#define OC_WIDE(Result, Name, Parameters, Stream, Arguments)                   \
  OC_WRAPPER Result __oc_##Name Parameters {                                   \
    return onWide(*(Stream), [&] { return Name Arguments; });                  \
  }
#define OC_WIDE_FORMAT(Name, VName, Parameters, Stream, Arguments)             \
  OC_WRAPPER int __oc_##Name Parameters {                                      \
    va_list Args;                                                              \
    va_start(Args, Format);                                                    \
    int Result = onWide(*(Stream), [&] { return VName Arguments; });           \
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

OC_WIDE(wchar_t *, __fgetws_chk,
        (wchar_t * Buf, size_t Room, int Size, FILE *F), F,
        (Buf, Room, Size, F))
OC_WIDE(wchar_t *, __fgetws_unlocked_chk,
        (wchar_t * Buf, size_t Room, int Size, FILE *F), F,
        (Buf, Room, Size, F))
OC_WIDE(int, __vfwprintf_chk,
        (FILE * F, int Check, const wchar_t *Format, va_list Args), F,
        (F, Check, Format, Args))
OC_WIDE(int, __vwprintf_chk, (int Check, const wchar_t *Format, va_list Args),
        stdout, (Check, Format, Args))
OC_WIDE_FORMAT(__fwprintf_chk, __vfwprintf_chk,
               (FILE * F, int Check, const wchar_t *Format, ...), F,
               (F, Check, Format, Args))
OC_WIDE_FORMAT(__wprintf_chk, __vwprintf_chk,
               (int Check, const wchar_t *Format, ...), stdout,
               (Check, Format, Args))

namespace {
int scanWideNewest(FILE *F, const wchar_t *Format, va_list Args) {
  return (scanWideC23 ? scanWideC23 : scanWideC99)(F, Format, Args);
}
} // namespace

#define OC_WIDE_SCAN(Prefix, Native)                                           \
  OC_WRAPPER int __oc_##Prefix##vfwscanf(FILE *F, const wchar_t *Format,       \
                                         va_list Args) {                       \
    return onWide(*F, [&] { return Native(F, Format, Args); });                \
  }                                                                            \
  OC_WRAPPER int __oc_##Prefix##vwscanf(const wchar_t *Format, va_list Args) { \
    return __oc_##Prefix##vfwscanf(stdin, Format, Args);                       \
  }                                                                            \
  OC_WIDE_FORMAT(Prefix##fwscanf, Native,                                      \
                 (FILE * F, const wchar_t *Format, ...), F, (F, Format, Args)) \
  OC_WIDE_FORMAT(Prefix##wscanf, Native, (const wchar_t *Format, ...), stdin,  \
                 (stdin, Format, Args))
OC_WIDE_SCAN(, scanWideGnu)
OC_WIDE_SCAN(__isoc99_, scanWideC99)
OC_WIDE_SCAN(__isoc23_, scanWideNewest)
