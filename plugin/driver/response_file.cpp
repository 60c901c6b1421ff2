//===- response_file.cpp --------------------------------------------------===//

#include "response_file.h"

#include <cctype>
#include <fstream>
#include <iterator>
#include <string_view>

using namespace open_co;

using std::string;
using std::string_view;
using std::vector;

/// Splits \p Text at white space, as GNU tools do: quotes group, a backslash
/// takes the next character as it is.
static vector<string> tokenize(string_view Text) {
  vector<string> Tokens;
  string Token;
  bool InToken = false;
  char Quote = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (C == '\\' && I + 1 < Text.size()) {
      Token += Text[++I];
      InToken = true;
    } else if (Quote ? C == Quote : C == '"' || C == '\'') {
      Quote = Quote ? 0 : C;
      InToken = true;
    } else if (!Quote && std::isspace(static_cast<unsigned char>(C))) {
      if (InToken)
        Tokens.push_back(std::move(Token));
      Token.clear();
      InToken = false;
    } else {
      Token += C;
      InToken = true;
    }
  }
  if (InToken)
    Tokens.push_back(std::move(Token));
  return Tokens;
}

static void expand(const vector<string> &Args, vector<string> &Out,
                   int Depth = 0) {
  for (const string &Arg : Args) {
    std::ifstream File;
    if (Arg.size() > 1 && Arg[0] == '@' && Depth < 16)
      File.open(Arg.substr(1), std::ios::binary);
    if (!File.is_open()) {
      Out.push_back(Arg);
      continue;
    }
    string Text{std::istreambuf_iterator<char>(File), {}};
    expand(tokenize(Text), Out, Depth + 1);
  }
}

vector<string> open_co::expandResponseFiles(const vector<string> &Args) {
  vector<string> Out;
  expand(Args, Out);
  return Out;
}
