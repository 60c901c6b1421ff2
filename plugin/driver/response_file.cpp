//===- response_file.cpp --------------------------------------------------===//

#include "response_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

using namespace open_co;
namespace fs = std::filesystem;
using std::string;
using std::string_view;
using std::vector;

/// Splits \p Text at white space, as clang does: quotes group, a backslash
/// takes the next character as it is, and what is empty is nothing.
static vector<string> tokenize(string_view Text) {
  vector<string> Tokens;
  string Token;
  char Quote = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (C == '\\' && I + 1 < Text.size()) {
      Token += Text[++I];
    } else if (Quote ? C == Quote : C == '"' || C == '\'') {
      Quote = Quote ? 0 : C;
    } else if (!Quote && string_view(" \t\r\n").find(C) != string_view::npos) {
      if (!Token.empty())
        Tokens.push_back(std::move(Token));
      Token.clear();
    } else {
      Token += C;
    }
  }
  if (!Token.empty())
    Tokens.push_back(std::move(Token));
  return Tokens;
}

/// \returns false if \p File cannot be read, or is UTF-16.
static bool readText(const string &File, string &Text) {
  std::ifstream In(File, std::ios::binary);
  char Bytes[4096];
  while (In.read(Bytes, sizeof Bytes), In.gcount())
    Text.append(Bytes, In.gcount());
  if (Text.compare(0, 3, "\xef\xbb\xbf") == 0) // UTF-8 that says so.
    Text.erase(0, 3);
  string Mark = Text.substr(0, 2);
  return In.eof() && Mark != "\xff\xfe" && Mark != "\xfe\xff";
}

/// Adds what \p Arg stands for to \p Out. \p Within are the files that it is
/// in.
/// \returns false if only clang can tell, or has an error to report.
static bool expand(const string &Arg, vector<string> &Within,
                   vector<string> &Out) {
  std::error_code Error;
  if (Arg[0] != '@' || !fs::exists(Arg.substr(1), Error)) {
    Out.push_back(Arg);
    return true;
  }
  string File = Arg.substr(1), Text;
  for (const string &Outer : Within)
    if (fs::equivalent(File, Outer, Error))
      return false;
  if (!readText(File, Text))
    return false;
  Within.push_back(File);
  for (const string &Token : tokenize(Text))
    if (!expand(Token, Within, Out))
      return false;
  Within.pop_back();
  return true;
}

vector<string> open_co::expandResponseFiles(const vector<string> &Args) {
  if (std::count(Args.begin(), Args.end(), "--rsp-quoting=windows"))
    return Args;
  vector<string> Out;
  for (const string &Arg : Args) {
    vector<string> Within, Expanded;
    if (!expand(Arg, Within, Expanded))
      Expanded = {Arg};
    Out.insert(Out.end(), Expanded.begin(), Expanded.end());
  }
  return Out;
}

string open_co::makeResponseFile(char *const *Args) {
  string Text;
  for (; *Args; ++Args) {
    Text += '"';
    for (const char *C = *Args; *C; ++C)
      Text += *C == '"' || *C == '\\' ? string{'\\', *C} : string{*C};
    Text += "\"\n";
  }
  int Fd = memfd_create("open-co-arguments", 0);
  for (size_t Done = 0; Done < Text.size();) {
    ssize_t N = write(Fd, Text.data() + Done, Text.size() - Done);
    if (N <= 0)
      return "";
    Done += N;
  }
  return "@/proc/self/fd/" + std::to_string(Fd);
}
