# Runs each program natively, then rewritten. Also loaded by test/e2e.
#
#   --param llvm=14|16|19|22      which clang (default 19)
#   --param build_dir=DIR         where bin/open-co-clang is (default <repo>/build)
#   --param opt=OPTIONS           of both compilers (default -O2)
#   --param workers=N, migrate=1  how the rewritten program runs (default 1, 0)
#   --param native=0, rewritten=0 leave that half of each test out
#   --param timeout=SECONDS       of each program (default 60)
#   --param under=COMMAND         that runs the rewritten programs, as valgrind
#   --param runtime=DIR           of the libopen-co.so that they load
import os
import re
import sys

import lit.formats

here = os.path.dirname(os.path.abspath(__file__))
repo = os.path.dirname(os.path.dirname(here))
sys.path.insert(0, here)
import sanitizers


def param(name, default):
    return lit_config.params.get(name, default)


llvm = param("llvm", "19")
opt = param("opt", "-O2")
workers = param("workers", "1")
migrate = param("migrate", "0") == "1"
timeout = f"timeout -k 5 {param('timeout', '60')}"
build = os.path.abspath(param("build_dir", os.path.join(repo, "build")))
runtime = param("runtime", "")
if runtime and not os.path.exists(os.path.join(runtime, "libopen-co.so")):
    lit_config.fatal(f"there is no libopen-co.so in {runtime}")
warnings = "-Wall -Wextra -Werror"
# What glibc asks for with _FORTIFY_SOURCE; and -no-pie with -shared.
warnings += " -Wno-unused-result -Wno-unused-command-line-argument"
flags = f"{opt} {warnings} -pthread -I{repo}/test/conformance"

config.name = "conformance"
config.test_format = sanitizers.Format(opt, execute_external=True)
config.suffixes = [".c", ".cpp"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.join(repo, "test", config.name)
way = re.sub(r"[^\w-]+", "_", f"llvm{llvm}{opt}-w{workers}-m{int(migrate)}{runtime and '-r'}")
config.open_co_out = os.path.join(build, "test-out", way)
config.test_exec_root = os.path.join(config.open_co_out, config.name)
config.environment = {
    k: v for k, v in config.environment.items() if not k.startswith("OPEN_CO_")
}

config.environment.update(sanitizers.environment(opt))

if os.path.exists(f"/usr/lib/llvm-{llvm}/include/c++/v1"):
    config.available_features.add("libcxx")

libomp = f"/usr/lib/llvm-{llvm}/lib"
if os.path.exists(f"{libomp}/libomp.so"):
    config.available_features.add("openmp")
if os.path.exists("/usr/include/tbb/task_arena.h"):
    config.available_features.add("tbb")

# A static program links no shared libraries; to load them, or to look up names
# through them, does not work natively either.
if "-static" in opt:
    config.available_features.add("static")

run = f"env OPEN_CO_WORKERS={workers} "
if migrate:
    run += "OPEN_CO_MIGRATE=1 "
if runtime:
    run += f"LD_LIBRARY_PATH={os.path.abspath(runtime)} "
# By its full name clang finds the lld of its own version.
clang = f"/usr/lib/llvm-{llvm}/bin/clang"
wrapper = f"env OPEN_CO_LLVM={llvm} {build}/bin/open-co-clang"

# A substitution that swallows the rest of its line leaves that half out; a test
# with nothing to do natively says REQUIRES: rewritten.
if param("native", "1") == "0":
    config.substitutions.append((r"%(clang(xx)?|native)\b.*", "true"))
if param("rewritten", "1") == "0":
    config.substitutions.append((r"%open_co_clang(xx)?\b.*|%run\b.*", "true"))
else:
    config.available_features.add("rewritten")
config.substitutions += [
    ("%open_co_clangxx", f"{wrapper}++ -std=c++17 {flags}"),
    ("%open_co_clang", f"{wrapper} {flags}"),
    # For a library that both halves use: never left out, never rewritten.
    ("%plain_clangxx", f"{clang}++ -std=c++17 {flags}"),
    ("%plain_clang", f"{clang} {flags}"),
    ("%clangxx", f"{clang}++ -std=c++17 {flags}"),
    ("%clang", f"{clang} {flags}"),
    ("%run", f"{run}{timeout} {param('under', '')}"),
    ("%native", timeout),
    ("%workers", workers),
    ("%libomp", f"-Wl,-rpath,{libomp}"),
]
